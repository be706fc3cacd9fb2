"""Test that staff and keys with masked data can't recover a phone number, an e-mail or a name by parts.

Every list, filter, order, search and export is called with a right part and with a wrong one, and must answer the same.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import JSONField
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework.test import APIClient

from aira.adminkit.lists import Searched
from aira.api import keys
from aira.api.models import PERSONAL_SCOPE
from aira.api.scopes import scopes
from aira.api.urls import router
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.personal.masks import revealing_columns, viewed_by
from aira.personal.viewer import RequestViewer
from aira.schema.models import Account
from aira.search import person_searches
from billing.models import Wallet
from bookings.api import AppointmentViewSet
from bookings.models import Appointment
from tests.console.test_pages import MODELS, page
from tests.database import Server
from tests.factories import Tenant, make_tenant

NAME, PHONE, EMAIL, NOTES = "Zebedee Quillfeather", "+14155557788", "zeb.quill@example.com", "allergic to lilies"
ACCOUNT_EMAIL, ACCOUNT_PHONE = "wilhelmina.oracle@example.com", "491711239876"
# A correct part, and one with a wrong last character.
PARTS = [
    ("+1415555", "+1415556"),
    ("5557788", "6557788"),
    ("14155557", "14155558"),
    ("zeb.quill@exam", "zeb.quill@exan"),
    ("quill@example.com", "quilk@example.com"),
    ("Zebed", "Zebee"),
    ("Zebedoe", "Wabedoe"),
    ("Quillfeath", "Quillfeazz"),
    ("lilies", "tulips"),
    ("wilhelmina.ora", "wilhelmina.orb"),
    ("wilhelmina", "wilhelmino"),
    ("49171123987", "49171123988"),
]
COLUMNS = {
    "customer_phone": PHONE,
    "customer_email": EMAIL,
    "customer_name": NAME,
    "notes": NOTES,
    "email": ACCOUNT_EMAIL,
    "phone": ACCOUNT_PHONE,
}
PATHS = ("", "user__", "business__user__", "appointments__", "business__appointments__", "before__", "after__")
LOOKUPS = ("startswith", "icontains", "regex", "gte", "lt", "in", "contains")


@pytest.fixture(autouse=True)
def _searched_at_will(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_searches, "SEARCHES_A_MINUTE", 100_000)


@pytest.fixture
def victim(db: None, server: Server, make_account: Callable[[str], Any]) -> Iterator[Appointment]:
    """An appointment whose owner has an e-mail and a phone number."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(server.url(name), autocommit=True) as owner:
        owner.execute("delete from auth.users where email = %s", [ACCOUNT_EMAIL])
        owner.execute("insert into auth.users (email, phone) values (%s, %s)", [ACCOUNT_EMAIL, ACCOUNT_PHONE])
        user = Account.objects.get(email=ACCOUNT_EMAIL)
        tenant = make_tenant(user.pk, "+14155559111")
        rows = Appointment.objects.filter(pk=tenant.appointment.pk)
        rows.update(customer_name=NAME, customer_phone=PHONE, customer_email=EMAIL, notes=NOTES)
        yield rows.get()


@pytest.fixture
def support(db: None, django_user_model: type[StaffUser]) -> Client:
    """A member of support who may see the audit and export lists, but sees no personal data."""
    member = django_user_model.objects.create_user("support-member", is_staff=True)
    member.groups.add(Group.objects.get(name="support"))
    member.user_permissions.add(*Permission.objects.filter(codename__in=["view_auditevent", "export_lists"]))
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def blind(db: None) -> APIClient:
    """A key that may read and export everything, masked."""
    granted = [scope for scope in scopes() if scope.endswith((":read", ":export")) and scope != PERSONAL_SCOPE]
    made = keys.make(name="oracle", purpose="tests", scopes=granted, rate_limit=100_000)
    return APIClient(headers={"Authorization": f"Bearer {made.secret}", "X-Reason": "a test"})


def listed(client: Any, url: str, **params: Any) -> Any:
    """Return what an answer reveals: its status, and the rows that it names."""
    response = client.get(url, params, follow=True)
    if getattr(response, "context", None) and (cl := response.context.get("cl")) is not None:
        return response.status_code, [row.pk for row in cl.result_list], str(cl.result_count)
    if response.headers.get("Content-Type", "").startswith("application/json"):
        body = response.json()
        return response.status_code, [row["id"] for row in body["results"]] if "results" in body else list(body)
    text = b"".join(response.streaming_content) if response.streaming else response.content
    shown = text.decode()
    for value in params.values():
        shown = shown.replace(urlencode({"": value})[1:], "").replace(str(value), "")
    return response.status_code, [part.split('"')[0] for part in shown.split('href="')[1:] if "/change" in part]


# Every search of the console, and its address.
def searches_of_the_console() -> Iterator[tuple[str, Callable[[str], dict[str, str]]]]:
    for model in MODELS:
        if issubclass(type(admin.site._registry[model]), Searched):
            yield page(model, "changelist"), lambda text: {"q": text}
    yield page(Appointment, "changelist") + "export/", lambda text: {"q": text}
    yield reverse("search"), lambda text: {"q": text}
    yield reverse("admin:search"), lambda text: {"s": text, "extended": "1"}
    for app, model, field in (
        ("telephony", "businessnumber", "user"),
        ("bookings", "appointment", "business"),
        ("billing", "transaction", "user"),
    ):
        yield (
            reverse("admin:autocomplete"),
            lambda text, a=app, m=model, f=field: {"app_label": a, "model_name": m, "field_name": f, "term": text},
        )


def test_no_search_of_the_console_matches_a_part_of_a_masked_value(support: Client, victim: Appointment) -> None:
    for url, params in searches_of_the_console():
        for right, wrong in PARTS:
            assert listed(support, url, **params(right)) == listed(support, url, **params(wrong)), (url, right)


def test_the_same_searches_find_the_row_for_staff_who_see_personal_data(console: Client, victim: Appointment) -> None:
    told = {
        right
        for url, params in searches_of_the_console()
        if "changelist" not in url and ("appointment" in url or "account" in url or "search" in url)
        for right, wrong in PARTS
        if listed(console, url, **params(right)) != listed(console, url, **params(wrong))
    }
    assert {"5557788", "Zebed", "lilies", "wilhelmina.ora"} <= told


def test_no_filter_of_the_console_matches_a_part_of_a_masked_value(
    support: Client, victim: Appointment, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = StaffUser.objects.get(username="support-member")
    request.session = {}  # type: ignore[assignment]
    names = [f"{path}{column}__{lookup}" for path in PATHS for column in COLUMNS for lookup in LOOKUPS]
    names += ["search", "search__contains", "search__startswith"]
    with viewed_by(RequestViewer(request)):
        allowed = {
            (model._meta.label, name)
            for model in MODELS
            for name in names
            if admin.site._registry[model].lookup_allowed(name, "x", request)
        }
    # The remaining columns identify no customer: a business's e-mail, notes of a number, file names, staff.
    offered = {(label, name) for label, name in allowed if is_field(label, name)}
    assert {label for label, _ in offered} <= {
        "businesses.Business",
        "telephony.BusinessNumber",
        "console.StaffUser",
        "knowledge.Document",
    }, offered
    assert all(name.startswith("search") for label, name in offered if label == "knowledge.Document"), offered


def is_field(label: str, name: str) -> bool:
    """Return whether each part except the lookup is a field or a key of JSON."""
    model: Any = apps.get_model(label)
    parts = name.split("__")
    for part in parts[:-1] or parts:
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if isinstance(field, JSONField):
            return True
        model = getattr(field, "related_model", None)
    return True


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Appointment, "customer_phone__startswith"),
        (Appointment, "search__startswith"),
        (Account, "email__gte"),
        (AuditEvent, "after__customer_phone__startswith"),
        (Wallet, "user__email__startswith"),
    ],
)
def test_a_link_that_filters_by_a_masked_value_answers_right_and_wrong_parts_alike(
    support: Client, victim: Appointment, model: type, name: str
) -> None:
    for right, wrong in (("+1415", "+1416"), ("wilh", "wili"), ("'lil", "'tul")):
        url = page(model, "changelist")
        assert listed(support, url, **{name: right}) == listed(support, url, **{name: wrong})


def test_a_refused_filter_shows_a_message(support: Client, victim: Appointment) -> None:
    for url in (page(Appointment, "changelist"), page(Appointment, "changelist") + "export/"):
        response = support.get(url, {"customer_phone__startswith": "+1415"}, follow=True)
        assert response.redirect_chain
        assert "can&#x27;t be filtered" in response.content.decode()


def test_no_list_of_the_console_sorts_by_a_masked_value(
    support: Client, victim: Appointment, server: Server, alices_tenant: Tenant, make_account: Callable[[str], Any]
) -> None:
    other = Appointment.objects.filter(pk=alices_tenant.appointment.pk)
    # No row refers to it, so this test's transaction does not lock it.
    account = make_account("moved@example.com")
    first = {"customer_name": "Aaron", "customer_phone": "+10000000", "customer_email": "a@a.example", "notes": "a"}
    last = {"customer_name": "Zoe", "customer_phone": "+99999999", "customer_email": "z@z.example", "notes": "z"}
    told = []
    with psycopg.connect(server.url(connections["default"].settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("set lock_timeout = '5s'")
        for values, email in ((first, "aa@example.com"), (last, "zz@example.com")):
            other.update(**values)
            owner.execute("update auth.users set email = %s, phone = %s where id = %s", [email, email[0], account])
            told.append(
                [
                    listed(support, page(model, "changelist"), o=f"{sign}{index}")
                    for model in (Account, Appointment)
                    for index in (1, 2, 3, 4)
                    for sign in ("", "-")
                ]
            )
        owner.execute("delete from auth.users where id = %s", [account])
    assert told[0] == told[1]
    text = support.get(page(Account, "changelist"), {"o": "1"}).content.decode()
    assert "can&#x27;t be sorted by this column" in text


def filters_of(view: Any) -> list[str]:
    found = getattr(view, "filterset_fields", None) or {}
    return [name if one == "exact" else f"{name}__{one}" for name, lookups in found.items() for one in lookups]


def test_no_list_of_the_api_matches_a_part_of_a_masked_value(blind: APIClient, victim: Appointment) -> None:
    asked = 0
    for prefix, view, _ in router.registry:
        url = f"/api/v1/{prefix}/"
        names = [*filters_of(view), *(["q"] if getattr(view, "searches", None) else [])]
        names = [name for name in names if name.split("__")[0] in {*COLUMNS, "q"}]
        for name in [*names, "customer_phone__startswith", "email__startswith", "search"]:
            for right, wrong in PARTS:
                asked += 1
                assert listed(blind, url, **{name: right}) == listed(blind, url, **{name: wrong}), (url, name, right)
    assert asked > 300


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_no_export_of_the_api_matches_a_part_of_a_masked_value(
    blind: APIClient, victim: Appointment, kind: str
) -> None:
    for right, wrong in PARTS:
        told = [blind.get("/api/v1/appointments/", {"q": part, "format": kind}) for part in (right, wrong)]
        assert [b"".join(one.streaming_content).count(b"\n") for one in told] in ([0, 0], [1, 1])


def test_no_list_of_the_api_sorts_by_a_masked_value(blind: APIClient, victim: Appointment) -> None:
    for _, view, _ in router.registry:
        for columns in getattr(view, "orderings", {}).values():
            personal = {"customer_name", "customer_phone", "customer_email", "notes", "email", "phone", "search"}
            assert not personal & {column.removeprefix("-") for column in columns}


def test_a_refused_order_or_part_is_explained(
    blind: APIClient, victim: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppointmentViewSet, "orderings", {"phone": ("customer_phone", "id")})
    monkeypatch.setattr(AppointmentViewSet, "filterset_fields", {"customer_phone": ["exact", "startswith"]})
    refused = blind.get("/api/v1/appointments/", {"ordering": "phone"})
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "customer_phone is masked for you. Choose another order.",
    )
    monkeypatch.undo()
    monkeypatch.setattr(AppointmentViewSet, "filterset_fields", {"customer_phone": ["exact", "startswith"]})
    refused = blind.get("/api/v1/appointments/", {"customer_phone__startswith": "+1415"})
    assert refused.status_code == 403
    assert "by its whole value" in refused.json()["detail"]


@pytest.mark.parametrize(
    "text", [PHONE, "001 (415) 555-7788", EMAIL, EMAIL.upper(), "zebedee", "Quillfeather Zebedee", "QUILLFEATHER"]
)
def test_a_whole_value_finds_the_row(support: Client, blind: APIClient, victim: Appointment, text: str) -> None:
    assert listed(blind, "/api/v1/appointments/", q=text)[1] == [str(victim.pk)]
    assert listed(support, page(Appointment, "changelist"), q=text)[1] == [victim.pk]
    assert str(victim.pk) in support.get(reverse("search"), {"q": text}).content.decode()


@pytest.mark.parametrize("text", [ACCOUNT_EMAIL, ACCOUNT_EMAIL.upper(), "+49 171 1239876"])
def test_a_whole_value_finds_the_account(support: Client, blind: APIClient, victim: Appointment, text: str) -> None:
    assert listed(blind, "/api/v1/accounts/", q=text)[1] == [str(victim.user_id)]
    assert listed(support, page(Account, "changelist"), q=text)[1] == [victim.user_id]


def test_a_filter_by_a_whole_value_finds_the_row(blind: APIClient, victim: Appointment) -> None:
    assert listed(blind, "/api/v1/appointments/", customer_phone=PHONE)[1] == [str(victim.pk)]
    assert listed(blind, "/api/v1/accounts/", email=ACCOUNT_EMAIL)[1] == [str(victim.user_id)]


def test_the_audit_records_searches_by_personal_data_without_the_value(
    support: Client, blind: APIClient, victim: Appointment
) -> None:
    support.get(reverse("search"), {"q": PHONE})
    support.get(page(Appointment, "changelist"), {"q": EMAIL})
    support.get(page(Account, "changelist"), {"q": ACCOUNT_EMAIL})
    blind.get("/api/v1/appointments/", {"q": "zebedee"})
    blind.get("/api/v1/appointments/", {"customer_phone": PHONE})
    blind.get("/api/v1/accounts/", {"email": ACCOUNT_EMAIL})
    for params in ({"q": str(victim.pk)}, {"q": "CA0123456789abcdef"}, {"status": "confirmed"}):
        blind.get("/api/v1/appointments/", params)
    events = list(AuditEvent.objects.filter(verb="search").order_by("pk"))
    assert [(event.actor_name, event.row_id, event.after["by"]) for event in events] == [
        ("support-member", "everywhere", ["phone"]),
        ("support-member", "appointments", ["email"]),
        ("support-member", "accounts", ["email"]),
        ("oracle", "appointments", ["words"]),
        ("oracle", "appointments", ["customer_phone"]),
        ("oracle", "accounts", ["email"]),
    ]
    assert all(event.after["whole"] for event in events)
    recorded = str([event.__dict__ for event in events])
    assert not [value for value in (PHONE, EMAIL, ACCOUNT_EMAIL, "zebedee") if value in recorded]


def test_a_session_with_too_many_searches_must_wait(
    support: Client, victim: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_searches, "SEARCHES_A_MINUTE", 3)
    for url, params in (
        (reverse("search"), {"q": PHONE}),
        (page(Appointment, "changelist"), {"q": EMAIL}),
        ("/api/v1/appointments/", {"customer_phone": PHONE}),
    ):
        assert support.get(url, params).status_code == 200, url
    for url, params in (
        (reverse("search"), {"q": PHONE}),
        (reverse("admin:search"), {"s": PHONE}),
        (page(Account, "changelist"), {"q": ACCOUNT_EMAIL}),
        (reverse("admin:autocomplete"), searches_params("wilhelmina")),
        ("/api/v1/appointments/", {"customer_phone": PHONE}),
        ("/api/v1/appointments/", {"q": PHONE}),
    ):
        refused = support.get(url, params)
        assert refused.status_code == 429, url
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert "Search again in" in refused.content.decode()
    assert support.get(page(Appointment, "changelist")).status_code == 200


def searches_params(text: str) -> dict[str, str]:
    return {"app_label": "billing", "model_name": "transaction", "field_name": "user", "term": text}


def test_no_column_that_repeats_a_masked_value_is_shown(victim: Appointment) -> None:
    class Nobody:
        def sees(self, label: str, pk: Any) -> bool:
            return False

    with viewed_by(Nobody()):
        assert revealing_columns(Appointment) == {
            "customer_name",
            "customer_phone",
            "customer_email",
            "notes",
            "search",
        }
        assert revealing_columns(AuditEvent) == {"before", "after"}
    assert revealing_columns(Appointment) == set()
