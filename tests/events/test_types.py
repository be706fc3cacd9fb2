"""Each change that others care about is one event, whoever makes it."""

from uuid import UUID

import pytest
from rest_framework.test import APIClient

from aira.events.event_types import EVENT_TYPES
from aira.events.models import Event
from tests.database import Database
from tests.events.changes import BY_API, BY_SQL, booked, events, paid, processed
from tests.factories import Tenant
from tests.tenant_rows import Rows


def test_every_type_of_event_has_a_test() -> None:
    assert list(BY_SQL) == list(EVENT_TYPES)
    assert set(EVENT_TYPES) - set(BY_API) == {"wallet.stopped", "document.completed", "document.failed"}


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_a_service_writes_one_event(database: Database, alices: Rows, kind: str) -> None:
    before = events(database)
    with database.as_service("service_role") as sql:
        pk = BY_SQL[kind](sql, alices)
    written = events(database)[len(before) :]
    assert [one for one in written if one[1] == pk][-1] == (kind, pk)
    assert len([one for one in written if one == (kind, pk)]) == 1


@pytest.mark.parametrize("kind", BY_API)
def test_a_tool_writes_one_event(api: APIClient, alices_tenant: Tenant, kind: str) -> None:
    before = set(Event.objects.values_list("pk", flat=True))
    pk = BY_API[kind](api, alices_tenant)
    written = Event.objects.exclude(pk__in=before).filter(object_id=pk)
    assert [one.type for one in written].count(kind) == 1


def test_a_user_and_a_voice_agent_write_events(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        sql("update public.business_v2 set name = 'Mine' where id = %s", alices.business)
    with database.as_service("voice_agent") as sql:
        pk = booked(sql, alices)
    assert events(database)[-2:] == [("business.updated", alices.business), ("appointment.booked", pk)]


def test_the_kb_updater_writes_events(database: Database, alices: Rows) -> None:
    with database.as_service("kb_updater") as sql:
        processed("completed")(sql, alices)
    assert events(database)[-1] == ("document.completed", alices.document)


def test_a_refused_change_leaves_no_event(database: Database, alices: Rows) -> None:
    before = events(database)
    with pytest.raises(Exception, match="wallet"), database.as_service("service_role") as sql:
        paid(sql, alices, kind="debit", amount=1000)
    assert events(database) == before


@pytest.mark.parametrize(
    "statement",
    [
        "update public.business_v2 set name = name where id = '{business}'",
        "update public.business_numbers set display_name = 'x' where id = '{number}'",
        "update public.appointments set notes = 'x' where id = '{appointment}'",
        "update public.transactions set description = 'x' where id = '{transaction}'",
        "update public.transactions set status = 'completed' where id = '{transaction}'",
        "update public.documents set file_name = 'x' where id = '{document}'",
        "update public.wallets set is_active = true where id = '{wallet}'",
    ],
)
def test_other_changes_write_no_event(database: Database, alices: Rows, statement: str) -> None:
    before = events(database)
    database.owner(statement.format(**vars(alices)))
    assert events(database) == before


def test_trashing_and_restoring_a_business_writes_events_of_its_rows(database: Database, alices: Rows) -> None:
    count = len(events(database))
    with database.as_user(alices.user) as sql:
        sql("delete from public.business_v2 where id = %s", alices.business)
        sql("update public.business_v2 set name = 'in the trash' where id = %s", alices.business)
    database.owner("update public.business_v2 set name = 'in the trash' where id = %s", alices.business)
    database.owner("update public.business_v2 set deleted_at = null where id = %s", alices.business)
    found = events(database)[count:]
    gone = {
        ("business.trashed", alices.business),
        ("number.released", alices.number),
        ("appointment.cancelled", alices.appointment),
    }
    back = {
        ("business.restored", alices.business),
        ("number.bought", alices.number),
        ("appointment.booked", alices.appointment),
    }
    assert (set(found[:3]), set(found[3:])) == (gone, back)


def test_trashing_and_restoring_a_completed_appointment_writes_no_event(database: Database, alices: Rows) -> None:
    database.owner("update public.appointments set status = 'completed' where id = %s", alices.appointment)
    count = len(events(database))
    database.owner("update public.appointments set deleted_at = now() where id = %s", alices.appointment)
    database.owner("update public.appointments set deleted_at = null where id = %s", alices.appointment)
    assert events(database)[count:] == []


def test_a_won_dispute_writes_an_event(database: Database, alices: Rows) -> None:
    """A dispute that is won lowers the amounts again."""
    with database.as_service("service_role") as sql:
        pk = BY_SQL["transaction.disputed"](sql, alices)
        sql("select * from public.record_dispute('pi_1', 'dp_1', 'won', 10, 'USD')")
    told = [kind for kind, about in events(database) if about == pk]
    assert told == ["transaction.completed", "transaction.disputed", "transaction.disputed"]


def test_a_wallet_is_low_in_its_own_currency_and_once(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        for amount in (44, 2, 1):
            paid(sql, alices, kind="debit", amount=amount)
    assert events(database, "type like 'wallet.%%'") == [("wallet.low", alices.wallet)]
    database.owner("update public.wallets set currency = 'INR' where id = %s", alices.wallet)
    with database.as_service("service_role") as sql:
        paid(sql, alices, amount=50)
        paid(sql, alices, kind="debit", amount=50)
    assert events(database, "type like 'wallet.%%'") == [("wallet.low", alices.wallet)]


def test_an_event_belongs_to_the_owner_and_the_business(database: Database, alices: Rows) -> None:
    found: list[tuple[str, UUID, UUID | None]] = database.owner(
        "select type, user_id, business_id from private.events order by id"
    ).fetchall()
    assert {user for _, user, _ in found} == {alices.user}
    assert {kind: business for kind, _, business in found} == {
        "business.created": alices.business,
        "number.bought": alices.business,
        "transaction.completed": None,
        "appointment.booked": alices.business,
    }
