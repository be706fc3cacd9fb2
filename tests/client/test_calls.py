"""Test the client against a running site: calls, types, pages, files, errors, both kinds of clients."""

import asyncio
import csv
import pickle
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

import aira_client
from aira_client import AsyncClient, Client, Policy
from aira_client.models import Appointment, JobStarted, Transaction
from tests.api.running import Running

SOON = (datetime.now(UTC) + timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def business(aira: Client, running: Running) -> UUID:
    user = running.database.account(f"{uuid4().hex}@example.com")
    return aira.businesses.create(user=user, name="Casa Verde", business_type="retail", timezone="UTC").id


def test_an_appointment_is_booked_moved_and_cancelled(aira: Client, business: UUID) -> None:
    [slot, *_] = aira.slots.list(business=business, start=SOON, end=SOON + timedelta(days=1))
    booked = aira.appointments.book(business=business, scheduled_at=slot.starts_at, customer_name="Carol", reason="é")
    assert isinstance(booked, Appointment)
    assert (booked.scheduled_at, booked.status, booked.business) == (slot.starts_at, "confirmed", business)
    moved = aira.appointments.reschedule(booked.id, scheduled_at=slot.starts_at + timedelta(hours=3))
    assert moved.scheduled_at - booked.scheduled_at == timedelta(hours=3)
    cancelled = aira.appointments.cancel(booked.id, reason="the customer called")
    assert cancelled.status == "cancelled"
    assert aira.appointments.check(business=business, scheduled_at=slot.starts_at).answer == "ok"


def test_a_refusal_is_an_exception_that_a_program_can_decide_by(aira: Client, running: Running, business: UUID) -> None:
    aira.appointments.book(business=business, scheduled_at=SOON, customer_name="Carol")
    with pytest.raises(aira_client.Conflict) as taken:
        aira.appointments.book(business=business, scheduled_at=SOON, customer_name="Dora", request_id="request-4711")
    assert (taken.value.status, taken.value.code) == (409, "fully_booked")
    assert taken.value.request_id == "request-4711"
    assert "fully_booked" in str(taken.value)
    assert taken.value.detail in str(taken.value)
    poor = running.database.account(f"{uuid4().hex}@example.com")
    with pytest.raises(aira_client.BadRequest) as refused:
        aira.transactions.record(user=poor, type="debit", amount=Decimal("9.00"), currency="USD", status="completed")
    assert (refused.value.code, refused.value.constraint) == ("wallet_balance_not_negative",) * 2
    assert isinstance(refused.value.context, dict)
    with pytest.raises(aira_client.NotFound):
        aira.appointments.retrieve(uuid4())
    with pytest.raises(aira_client.BadRequest) as wrong:
        aira.businesses.list(user="nobody").first()
    assert list(wrong.value.errors) == ["user"]
    with Client(running.url, "aira_wrong") as stranger, pytest.raises(aira_client.Unauthorized):
        stranger.wallets.list().first()
    with (
        Client(running.url, running.secret(f"few-{uuid4().hex[:8]}", "wallets:read")) as few,
        pytest.raises(aira_client.Forbidden) as lacking,
    ):
        few.businesses.list().first()
    assert (lacking.value.code, lacking.value.scope) == ("scope_missing", "businesses:read")


def test_a_row_is_changed_only_in_the_state_that_was_read(aira: Client, business: UUID) -> None:
    row = aira.businesses.retrieve(business)
    assert row.etag.strip('W/"')
    changed = aira.businesses.update(business, if_match=row.etag, timezone="Asia/Kolkata", reason="ticket 7")
    assert (changed.timezone, changed.name) == ("Asia/Kolkata", row.name)
    with pytest.raises(aira_client.PreconditionFailed):
        aira.businesses.update(business, if_match=row.etag, name="Other")
    listed = aira.businesses.list(q=str(business)).first()
    assert listed == changed
    with pytest.raises(ValueError, match="came without an ETag"):
        _ = listed.etag
    with pytest.raises(aira_client.NotModified):
        aira.businesses.retrieve(business, if_none_match=changed.etag)
    assert aira.businesses.delete(business, if_match="*", reason="the shop closed") is None
    event = aira.audit_events.list(row_id=str(business)).first()
    assert event is not None
    assert event.reason == "the shop closed"
    restored = aira.businesses.restore(business)
    assert not isinstance(restored, JobStarted)
    assert restored.deleted_at is None


def test_a_list_goes_on_over_all_pages(aira: Client, running: Running) -> None:
    user = running.database.account(f"{uuid4().hex}@example.com")
    names = [f"Shop {number}" for number in range(5)]
    for name in names:
        aira.businesses.create(user=user, name=name, business_type="retail")
    rows = aira.businesses.list(user=user, page_size=2, ordering="created_at")
    assert [row.name for row in rows] == names
    assert [len(page) for page in rows.pages()] == [2, 2, 1]
    # A cursor continues the list later.
    first = rows.page()
    later = aira.businesses.list(user=user, page_size=2, ordering="created_at", cursor=first.next_cursor or "")
    assert [row.name for row in later] == names[2:]
    newest = aira.businesses.list(user=user).first()
    assert newest is not None
    assert newest.name == names[-1]
    assert aira.businesses.list(user=user, is_active=False).first() is None


def test_fields_leave_members_out(aira: Client, business: UUID) -> None:
    row = aira.businesses.retrieve(business, fields=["id", "name"])
    assert (row.id, row.name) == (business, "Casa Verde")
    with pytest.raises(AttributeError, match=r"has no 'timezone'\. It has id, name"):
        _ = row.timezone


def test_money_is_exact_and_members_are_typed(aira: Client, running: Running) -> None:
    user = running.database.account(f"{uuid4().hex}@example.com")
    paid = aira.transactions.record(
        user=user, type="credit", amount=Decimal("100.00"), currency="USD", status="completed",
        stripe_payment_intent_id=f"pi_{user.hex}", metadata={"order": uuid4()},
    )  # fmt: skip
    assert (paid.amount, type(paid.amount), paid.user) == (Decimal("100.00"), Decimal, user)
    assert paid.completed_at is not None
    assert paid.completed_at.utcoffset() == timedelta(0)
    assert paid.expires_at is None
    assert pickle.loads(pickle.dumps(paid)) == paid  # noqa: S301
    assert paid.to_dict()["amount"] == "100.00"
    with pytest.raises(AttributeError, match="can't be changed"):
        paid.amount = Decimal(1)
    wallet = aira.wallets.list(user=user).first()
    assert wallet is not None
    statement = aira.wallets.statement(wallet.id, start=datetime(2026, 1, 1, tzinfo=UTC), end=SOON)
    assert statement.closing_balance == Decimal("100.00")


def test_an_event_has_its_object(aira: Client, business: UUID) -> None:
    booked = aira.appointments.book(business=business, scheduled_at=SOON, customer_name="Carol")
    [event] = aira.events.list(object_id=booked.id)
    match event.object:
        case Appointment(status="confirmed", scheduled_at=at):
            assert at == SOON
        case other:
            raise AssertionError(other)
    assert not isinstance(event.object, Transaction)
    assert event.type == "appointment.booked"


def test_a_recorded_failure_makes_the_event_of_a_failed_payment(aira: Client, running: Running) -> None:
    """The guide to tests says so."""
    user = running.database.account(f"{uuid4().hex}@example.com")
    failed = aira.transactions.record(user=user, type="credit", amount="5.00", currency="USD", status="failed")
    assert [event.type for event in aira.events.list(object_id=failed.id)] == ["transaction.failed"]


def test_a_list_is_downloaded_as_a_file(aira: Client, running: Running, tmp_path: Path) -> None:
    user = running.database.account(f"{uuid4().hex}@example.com")
    aira.businesses.create(user=user, name="Casa Verde", business_type="retail")
    file = tmp_path / "businesses.csv"
    aira.businesses.list(user=user, fields="name,timezone", reason="monthly closing").download(file)
    assert [row["name"] for row in csv.DictReader(file.read_text().splitlines())] == ["Casa Verde"]
    aira.businesses.list(user=user).download(tmp_path / "businesses.ndjson", format="ndjson")
    assert '"name":"Casa Verde"' in (tmp_path / "businesses.ndjson").read_text().replace(": ", ":")
    with pytest.raises(aira_client.BadRequest):
        aira.businesses.list(user="nobody").download(file)
    assert {path.name for path in tmp_path.iterdir()} == {"businesses.csv", "businesses.ndjson"}


def test_the_asynchronous_client_does_the_same(running: Running, key: str, business: UUID) -> None:
    async def work() -> tuple[list[str], Appointment]:
        async with AsyncClient(running.url, key) as aira:
            calls = (
                aira.appointments.book(business=business, scheduled_at=SOON + timedelta(hours=hour), customer_name="C")
                for hour in range(3)
            )
            booked = await asyncio.gather(*calls)
            rows = aira.appointments.list(business=business, page_size=2)
            found = [row.customer_name async for row in rows]
            assert {row.id async for page in rows.pages() for row in page} == {row.id for row in booked}
            first = await rows.first()
            assert first is not None
            with pytest.raises(aira_client.Conflict):
                await aira.appointments.book(business=business, scheduled_at=SOON, customer_name="D")
            return found, first

    names, first = asyncio.run(work())
    assert names == ["C"] * 3
    assert first.business == business


def test_asynchronous_lists_are_downloaded_too(running: Running, key: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with AsyncClient(running.url, key) as aira:
            await aira.wallets.list(fields="id").download(tmp_path / "wallets.csv")

    asyncio.run(work())
    assert (tmp_path / "wallets.csv").read_text().startswith('"id"')


def test_a_deprecated_operation_is_logged_once(aira: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        aira.testing.deprecated()
    assert [record.getMessage() for record in caplog.records if record.name == "aira_client"] == [
        "testing.deprecated is deprecated. It works until Thu, 01 Jan 2099 00:00:00 GMT."
    ]


def test_mistakes_are_found_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="without encryption"):
        Client("http://aira.example", "aira_x")
    with pytest.raises(ValueError, match="not the address of a site"):
        Client("aira.example", "aira_x")
    # Nothing listens there.
    with Client("http://127.0.0.1:1/api/v1/", "aira_x", retries=Policy(tries=1)) as aira:
        with pytest.raises(TypeError, match=r"^appointments.book has no argument note.$"):
            aira.appointments.book(note="x")  # type: ignore[call-arg]
        with pytest.raises(ValueError, match="has no time zone"):
            aira.appointments.book(business="x", scheduled_at=datetime(2026, 12, 24), customer_name="x")
        with pytest.raises(aira_client.ConnectionFailed, match=r"^accounts.list: ConnectError"):
            aira.accounts.list().first()
        assert "aira_x" not in repr(vars(aira))
