"""An event shows its object as the API shows it right after the change."""

import json
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from aira.events.event_types import EVENT_TYPES, RESOURCES, object_type_of
from aira.events.models import Event
from aira.events.rendering import resource_of, row_of, shown
from aira.schema.sql_calls import rows
from bookings.models import Appointment
from tests.events.changes import BY_API
from tests.factories import Tenant


def stop(tenant: Tenant) -> Any:
    rows("update public.wallets set is_active = false where id = %s returning 1", tenant.wallet.pk)
    return tenant.wallet.pk


def process(tenant: Tenant, status: str) -> Any:
    for each in ("processing", status):
        query = "update public.documents set processing_status = %s, processing_error = 'bad' where id = %s returning 1"
        rows(query, each, tenant.document.pk)
    return tenant.document.pk


BY_STATEMENT = {
    "wallet.stopped": stop,
    "document.completed": lambda tenant: process(tenant, "completed"),
    "document.failed": lambda tenant: process(tenant, "failed"),
}


def change(api: APIClient, tenant: Tenant, kind: str) -> Event:
    pk = BY_API[kind](api, tenant) if kind in BY_API else BY_STATEMENT[kind](tenant)
    return Event.objects.filter(type=kind, object_id=pk).latest("pk")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_the_object_is_what_get_returns(api: APIClient, alices_tenant: Tenant, kind: str, zone: str) -> None:
    tenant = alices_tenant
    rows(
        "update public.business_v2 set business_hours = '{\"weekly\": {}}' where id = %s returning 1",
        tenant.business.pk,
    )
    rows("update public.business_numbers set monthly_cost = 1.10 where id = %s returning 1", tenant.number.pk)
    rows("select set_config('timezone', %s, true)", zone)
    event = change(api, tenant, kind)
    rows("select set_config('timezone', 'UTC', true)")
    answer = api.get(f"/api/v1/{RESOURCES[object_type_of(kind)]}/{event.object_id}/").json()
    assert json.loads(json.dumps(shown(event)["object"])) == answer


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("business.updated", {"name"}),
        ("business.trashed", {"deleted_at"}),
        ("appointment.moved", {"scheduled_at", "busy_from", "busy_to"}),
        ("appointment.cancelled", {"status", "slot_number"}),
        ("transaction.completed", {"status", "completed_at"}),
        ("transaction.refunded", {"refunded_amount"}),
        ("wallet.low", {"balance_usd", "ledger_seq", "ledger_at"}),
    ],
)
def test_previous_has_the_members_that_changed(
    api: APIClient, alices_tenant: Tenant, kind: str, members: set[str]
) -> None:
    previous = shown(change(api, alices_tenant, kind))["previous"]
    # In one transaction, as in this test, all times of updates are equal.
    assert set(previous) - {"updated_at"} == members


def test_a_new_object_has_no_previous_values(api: APIClient, alices_tenant: Tenant) -> None:
    assert shown(change(api, alices_tenant, "business.created"))["previous"] is None


def test_showing_reads_nothing_from_the_database(api: APIClient, alices_tenant: Tenant) -> None:
    events = [change(api, alices_tenant, kind) for kind in ("appointment.booked", "number.bought", "wallet.low")]

    def refuse(*args: Any) -> Any:
        raise AssertionError(args[1])

    with connection.execute_wrapper(refuse):
        assert [shown(event)["object"]["id"] for event in events] == [str(event.object_id) for event in events]


def test_a_column_that_was_added_since_is_empty() -> None:
    stored = {"id": "5d0f3c1a-2b7e-4c57-9a80-0f6f2c1e7b11", "customer_name": "Ana", "gone": 1}
    row = row_of(Appointment, stored)
    assert (row.customer_name, row.notes, row.scheduled_at) == ("Ana", None, None)  # type: ignore[attr-defined]


def test_each_kind_of_object_has_a_resource() -> None:
    assert all(resource_of(one).serializer_class for one in RESOURCES)
