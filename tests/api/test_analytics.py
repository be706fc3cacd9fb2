from django.contrib.auth.models import Permission
from django.core.management import call_command
from rest_framework.test import APIClient

from aira.analytics.reports import reports
from aira.console.models import StaffUser
from tests.factories import Tenant

URL = "/api/v1/analytics/"


def test_reports_are_listed_with_the_time_of_their_figures(api: APIClient, alices_tenant: Tenant) -> None:
    assert {each["refreshed_at"] for each in api.get(URL).json()} == {None}
    call_command("refresh_analytics", verbosity=0)
    listed = api.get(URL).json()
    assert [each["name"] for each in listed] == list(reports())
    assert all(each["refreshed_at"].endswith("Z") and each["error"] is None for each in listed)


def test_a_report_gives_amounts_as_text(api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    call_command("refresh_analytics", verbosity=0)
    found = api.get(f"{URL}liabilities/").json()
    assert found["days"] == 30
    assert found["refreshed_at"].endswith("Z")
    assert {"currency": "USD", "wallets": 2, "balance": "50.00", "held": "0.00", "inactive": "0"} in found["rows"]
    [money] = api.get(f"{URL}money/", {"days": 7}).json()["rows"]
    assert (money["currency"], money["topped_up"], money["revenue"]) == ("USD", "50.00", "0")


def test_every_report_can_be_read(api: APIClient, alices_tenant: Tenant) -> None:
    call_command("refresh_analytics", verbosity=0)
    for name in reports():
        answer = api.get(f"{URL}{name}/", {"days": 90})
        assert (answer.status_code, bool(answer.json()["rows"])) == (200, True), name


def test_an_unknown_report_or_period_is_a_problem(api: APIClient) -> None:
    assert api.get(f"{URL}nope/").status_code == 404
    for days in ("8", "x", "-1", "1000000"):
        refused = api.get(f"{URL}money/", {"days": days})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["days"])


def test_reports_need_their_own_scope(db: None) -> None:
    anybody = APIClient()
    assert anybody.get(URL).status_code == 401
    sam = StaffUser.objects.create_user("new", password="correct horse", is_staff=True)
    anybody.force_login(sam)
    assert (anybody.get(URL).status_code, anybody.get(f"{URL}money/").status_code) == (403, 403)
    sam.user_permissions.add(Permission.objects.get(codename="view_analytics"))
    assert (anybody.get(URL).status_code, anybody.get(f"{URL}money/").status_code) == (200, 200)
    StaffUser.objects.filter(pk=sam.pk).update(is_staff=False)
    assert anybody.get(URL).status_code == 403


def test_reports_can_only_be_read(api: APIClient) -> None:
    for verb in (api.post, api.put, api.patch, api.delete):
        assert verb(f"{URL}money/").status_code == 405
