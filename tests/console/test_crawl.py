"""Test every address of the console: a GET changes no data, a POST needs a token and a permission, and none fails."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from aira.adminkit.models import BulkRow, BulkRun
from aira.api import keys
from aira.audit.models import AuditEvent
from aira.console.models import Note, StaffUser, ViewAsUse
from aira.events import subscriptions
from aira.outbox.models import ServiceEndpoint
from billing.models import Transaction
from bookings.models import Appointment
from knowledge.models import Document
from telephony.models import BusinessNumber
from tests.factories import Tenant

QUERIES = 40
# These pages are about the logged-in member of staff or about nothing, so they need no permission.
EVERYBODYS = {
    "index", "login", "logout", "password_change", "password_change_done", "own-password", "search", "today-figures", "second-factor",
    "second-factor-setup", "jsi18n", "undo", "forgotten-password", "set-password", "toggle_sidebar", "autocomplete", "app_list", "view_on_site", None,
}  # fmt: skip


# This page stores the secret that it shows in the member's own session. It writes nothing else.
KEEPS_ITS_SECRET = "second-factor-setup"


class Written(Exception):
    """End the read-only transaction."""


def patterns(resolver: URLResolver, namespaces: str = "", route: str = "") -> Iterator[tuple[str, URLPattern]]:
    """List the URL patterns of the console with the namespaces of their names."""
    for one in resolver.url_patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else ""
            yield from patterns(one, namespaces + inner, here)
        elif here.startswith("console/") and one.name:
            yield namespaces + one.name, one


@pytest.fixture
def rows(alices_tenant: Tenant, bobs_tenant: Tenant, staff: StaffUser, alice: UUID) -> dict[str, Any]:
    """Create one row of each model that has a page."""
    Transaction.objects.create(user_id=alice, currency="USD", type="debit", amount=10)
    ViewAsUse.objects.create(staff="sam", table_name="wallets", reason="x")
    Note.objects.create(business=alices_tenant.business, text="Call back", author=staff, author_name="sam")
    keys.make(name="finance exports", purpose="x", scopes=["transactions:read"])
    ServiceEndpoint.objects.create(name="kb_updater", base_url="https://kb.example.com")
    subscriptions.subscribe(url="https://hooks.example.com/", types=["*"], made_by="sam")
    run = BulkRun.objects.create(
        model="billing.transaction", action="fail", label="Fail", staff=staff, staff_name="sam", total=1, unfit=0
    )
    BulkRow.objects.create(run=run, row_id=str(alices_tenant.transaction.pk))
    found = {model._meta.label_lower: model._default_manager.order_by("pk").first() for model in admin.site._registry}
    # Use the rows of one tenant, whichever of the two has the lower ids.
    return found | {row._meta.label_lower: row for row in vars(alices_tenant).values()}


def addresses(rows: dict[str, Any], tenant: Tenant) -> dict[str, str]:
    """Return an address for a pattern, with ids of existing rows. An unknown parameter fails."""
    business = tenant.business
    event = AuditEvent.objects.filter(row_id=str(business.pk)).order_by("pk").last()
    of_business = {"app": "businesses", "name": "business", "pk": str(business.pk)}
    known: dict[str, dict[str, Any]] = {
        "timeline": of_business,
        "version": of_business | {"event": event.pk if event else 0},
        "reveal": {"app": "bookings", "name": "appointment", "pk": str(tenant.appointment.pk)},
        "export-account": {"pk": business.user_id},
        "erase-account": {"pk": business.user_id},
        "business": {"pk": business.pk},
        "business-hours": {"pk": business.pk},
        "business-hours-preview": {"pk": business.pk},
        "admin:billing_wallet_statement": {"pk": rows["billing.wallet"].pk},
        **{
            f"admin:bookings_appointment_{name}": {"pk": business.pk}
            for name in ("diary", "events", "times", "customers")
        },
        "admin:view_on_site": {"content_type_id": 1, "object_id": "1"},
        "admin:app_list": {"app_label": "billing"},
        "tenant": {"pk": business.user_id},
        "performance-statement": {"pk": 1},
        "customer": {"pk": tenant.appointment.pk},
        "add-note": of_business,
        "finish-note": {"pk": rows["console.note"].pk},
        "set-password": {"uidb64": "AAAA", "token": "x"},
        "staff-link": {"pk": rows["console.staffuser"].pk},
    }
    known |= {name: {"pk": rows["console.bulkrun"].pk} for name in ("bulk-run", "bulk-progress", "bulk-results")}
    found: dict[str, str] = {}
    for name, pattern in patterns(get_resolver()):
        wanted = list(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        if name in known:
            arguments = [known[name]]
        elif "object_id" in wanted or (name.endswith("password_change") and wanted):
            model = next(
                m
                for m in rows
                if name.removeprefix("admin:").startswith(m.replace(".", "_") + "_")
                or (m == "console.staffuser" and "password_change" in name)
            )
            pk = rows[model].pk if rows[model] is not None else uuid4()
            names = [one.name for one in getattr(admin.site._registry[apps.get_model(model)], "transitions", ())]
            parts = {"object_id": str(pk), "id": str(pk)}
            arguments = [parts | {"name": one} for one in names] if "name" in wanted else [parts]
        elif wanted and name == "admin:app_list":
            arguments = [known[name]]
        elif wanted:
            raise AssertionError(f"nobody said what {name} gets for {wanted}")
        else:
            arguments = [{}]
        for given in arguments:
            try:
                address = reverse(name, kwargs={key: given[key] for key in wanted})
            except KeyError as error:
                raise AssertionError(f"nobody said what {name} gets for {error}") from None
            found[f"{name} {given['name']}" if "name" in given and name.startswith("admin:") else name] = address
    return found


def only_reading(visit: Callable[[], Any]) -> Any:
    """Return the answer to a GET, in a transaction in which PostgreSQL refuses every write."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local transaction_read_only = on")
            answer = visit()
            if getattr(answer, "streaming", False):
                b"".join(answer.streaming_content)
            raise Written
    except Written:
        return answer


def test_the_read_only_transaction_refuses_a_write(console: Client, alices_tenant: Tenant) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        only_reading(lambda: Document.objects.update(file_name="x"))
    Document.objects.update(file_name="y")


@pytest.mark.django_db(databases=["default", "direct"])
def test_no_get_changes_data_or_fails_and_each_needs_few_queries(
    console: Client, rows: dict[str, Any], alices_tenant: Tenant
) -> None:
    asked = {}
    found = addresses(rows, alices_tenant)
    assert len(found) > 100
    for name, address in found.items():
        if name == KEEPS_ITS_SECRET:
            continue
        with CaptureQueriesContext(connection) as queries:
            answer = only_reading(lambda address=address: console.get(address))  # type: ignore[misc]
        assert answer.status_code < 500, name
        asked[name] = len(queries)
    too_many = {name: count for name, count in asked.items() if count > QUERIES}
    assert not too_many


def test_a_page_needs_no_more_queries_for_fifty_children_than_for_one(
    console: Client, rows: dict[str, Any], alices_tenant: Tenant, alice: UUID
) -> None:
    """Create 50 rows of each kind that a list or the page of a parent shows."""
    names = {
        name: address
        for name, address in addresses(rows, alices_tenant).items()
        if name.endswith(("_changelist", "_change", "_diary"))
    }

    def asked() -> dict[str, int]:
        counts = {}
        for name, address in names.items():
            with CaptureQueriesContext(connection) as queries:
                console.get(address)
            counts[name] = len(queries)
        return counts

    # The first request of a page fills caches.
    for address in names.values():
        console.get(address)
    before = asked()
    business = alices_tenant.business
    start = timezone.now() + timedelta(days=1)
    for number in range(50):
        Appointment.objects.create(
            business=business, customer_name=f"C{number}", scheduled_at=start + timedelta(hours=2 * number)
        )
        Document.objects.create(business=business, file_name=f"{number}.pdf", file_path=f"x/{number}.pdf")
        BusinessNumber.objects.create(
            user_id=alice, business=business, phone_number=f"+1415777{number:04}", display_name="n", country_code="US",
            number_type="local",
        )  # fmt: skip
        Transaction.objects.create(user_id=alice, currency="USD", type="credit", amount=1, status="completed")
    after = asked()
    assert {name: (before[name], count) for name, count in after.items() if count > before[name] + 1} == {}


def test_every_post_needs_a_token(staff: StaffUser, rows: dict[str, Any], alices_tenant: Tenant) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    for name, address in addresses(rows, alices_tenant).items():
        answer = only_reading(lambda address=address: client.post(address, {"post": "yes", "reason": "x"}))  # type: ignore[misc]
        assert answer.status_code == 403, name


def test_every_post_needs_a_permission(rows: dict[str, Any], alices_tenant: Tenant, client: Client) -> None:
    client.force_login(StaffUser.objects.create_user("new", password="correct horse battery", is_staff=True))
    refused = 0
    for name, address in addresses(rows, alices_tenant).items():
        if name in ("admin:logout", KEEPS_ITS_SECRET):
            continue
        sent = {"post": "yes", "reason": "x", "do": "start", "_selected_action": "1", "action": "bulk_fail"}
        answer = only_reading(lambda address=address, sent=sent: client.post(address, sent))  # type: ignore[misc]
        assert answer.status_code < 500, name
        # A history redirects to the timeline, which checks the permission.
        if name.split(":")[-1] in EVERYBODYS or name.endswith("_history"):
            continue
        # This row does not exist, and this page is read-only.
        assert answer.status_code in (403, 404, 405), (name, answer.status_code)
        refused += answer.status_code == 403
    assert refused > 80


@pytest.mark.django_db(databases=["default", "direct"])
def test_every_page_needs_a_login(rows: dict[str, Any], alices_tenant: Tenant, client: Client) -> None:
    for name, address in addresses(rows, alices_tenant).items():
        answer = client.get(address)
        if name in ("admin:login", "admin:logout", "admin:jsi18n", "forgotten-password", "set-password"):
            continue
        assert answer.status_code in (302, 403, 405), name
        if answer.status_code == 302:
            assert "/login/" in answer.headers["Location"], name


def test_read_only_staff_change_nothing(rows: dict[str, Any], alices_tenant: Tenant, client: Client) -> None:
    """Send any POST: PostgreSQL refuses a write, and the page fails."""
    rita = StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True)
    rita.groups.add(Group.objects.get(name="read-only"))
    client.force_login(rita)
    for name, address in addresses(rows, alices_tenant).items():
        if name in ("admin:logout", "admin:password_change", KEEPS_ITS_SECRET):
            continue
        sent = {"post": "yes", "reason": "x", "action": "bulk_fail", "_selected_action": str(alices_tenant.business.pk)}
        answer = only_reading(lambda address=address, sent=sent: client.post(address, sent))  # type: ignore[misc]
        assert answer.status_code < 500, name
