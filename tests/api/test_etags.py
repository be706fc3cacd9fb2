"""Test that a request cannot overwrite changes that its sender has not seen."""

import threading
from typing import Any

import pytest
from rest_framework.test import APIClient

from aira.schema import trash
from bookings.models import Appointment, BookingRules
from tests.api.running import Running
from tests.factories import Tenant
from tests.interference import before_statement


@pytest.fixture
def url(alices_tenant: Tenant) -> str:
    return f"/api/v1/businesses/{alices_tenant.business.pk}/"


def test_a_change_with_the_current_etag_is_saved(api: APIClient, url: str) -> None:
    seen = api.get(url)["ETag"]
    changed = api.patch(url, {"name": "New"}, headers={"If-Match": seen})
    assert (changed.status_code, changed.json()["name"]) == (200, "New")
    assert changed["ETag"] == api.get(url)["ETag"] != seen
    late = api.patch(url, {"name": "Late"}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["type"], late["ETag"]) == (
        412,
        "urn:aira:problem:precondition_failed",
        changed["ETag"],
    )
    assert api.get(url).json()["name"] == "New"


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_change_without_an_etag_is_refused(api: APIClient, url: str, method: str) -> None:
    refused = getattr(api, method)(url, {"name": "x"} if method == "patch" else None)
    assert (refused.status_code, refused.json()["type"]) == (428, "urn:aira:problem:precondition_required")
    assert api.get(url).json()["deleted_at"] is None


@pytest.mark.parametrize("match", ["W/{}", '"other"', "nonsense", "{}", '"'])
def test_only_the_exact_etag_matches(api: APIClient, url: str, match: str) -> None:
    seen = api.get(url)["ETag"]
    answer = api.delete(url, headers={"If-Match": match.format(seen)})
    assert answer.status_code == (204 if match == "{}" else 412)


def test_one_of_several_etags_matches(api: APIClient, url: str) -> None:
    seen = api.get(url)["ETag"]
    assert api.patch(url, {"name": "N"}, headers={"If-Match": f'"a", {seen}'}).status_code == 200


def test_a_verb_accepts_an_etag(api: APIClient, alices_tenant: Tenant) -> None:
    url = f"/api/v1/appointments/{alices_tenant.appointment.pk}/"
    assert api.post(f"{url}cancel/", {}, headers={"If-Match": '"other"'}).status_code == 412
    assert api.get(url).json()["status"] == "confirmed"
    assert api.post(f"{url}cancel/", {}, headers={"If-Match": api.get(url)["ETag"]}).json()["status"] == "cancelled"


def test_an_unchanged_row_is_not_sent_again(api: APIClient, url: str) -> None:
    first = api.get(url)
    for said in (first["ETag"], f'"x", W/{first["ETag"]}', "*"):
        again = api.get(url, headers={"If-None-Match": said})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert api.get(url, headers={"If-None-Match": '"x"'}).status_code == 200
    assert api.get(f"{url}?fields=name")["ETag"] == first["ETag"]


def test_a_delete_that_is_sent_twice_leaves_the_row_in_the_trash(api: APIClient, url: str) -> None:
    for _ in range(2):
        assert api.delete(url, headers={"If-Match": "*"}).status_code == 204
    assert api.get(url).json()["deleted_at"] is not None
    assert api.post(f"{url}restore/").json()["deleted_at"] is None
    assert api.post(f"{url}trash/").json()["deleted_at"] is not None


@pytest.mark.parametrize(
    ("method", "match", "word"),
    [
        ("delete", None, "FOR UPDATE"),
        ("patch", None, "FOR UPDATE"),
        ("patch", "*", 'UPDATE "booking_rules"'),
    ],
)
def test_a_change_of_a_removed_row_gives_404_and_does_not_create_it(
    api: APIClient, alices_tenant: Tenant, method: str, match: str | None, word: str
) -> None:
    url = f"/api/v1/booking-rules/{alices_tenant.rules.pk}/"
    headers = {"If-Match": match or api.get(url)["ETag"]}
    with before_statement(word, BookingRules.objects.filter(pk=alices_tenant.rules.pk).delete):
        answer = getattr(api, method)(url, {"capacity": 3} if method == "patch" else None, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:aira:problem:not_found")


def test_a_permanently_removed_row_is_not_restored(api: APIClient, alices_tenant: Tenant) -> None:
    url, rows = "/api/v1/appointments/", Appointment.objects.filter(pk=alices_tenant.appointment.pk)
    trash.discard(rows)
    with before_statement('UPDATE "appointments"', lambda: trash.remove(rows)):
        answer = api.post(f"{url}{alices_tenant.appointment.pk}/restore/")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:aira:problem:not_found")


def test_one_of_two_changes_with_the_same_etag_wins(running: Running, everything: str) -> None:
    url = f"/businesses/{running.alices.business}/"
    for turn in range(5):
        seen = running.client(everything).get(url).headers["ETag"]
        barrier, found = threading.Barrier(4), []

        def change(name: str, seen: str = seen, barrier: Any = barrier, found: list[int] = found) -> None:
            client = running.client(everything)
            barrier.wait()
            found.append(client.patch(url, json={"name": name}, headers={"If-Match": seen}).status_code)

        threads = [threading.Thread(target=change, args=(f"Turn {turn} of {n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == [200, 412, 412, 412]
