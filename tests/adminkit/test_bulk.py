"""Test bulk actions: staff choose rows, confirm with figures, and the worker handles each row exactly once."""

import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aira.adminkit import bulk_runs
from aira.adminkit.models import BulkRow, BulkRun
from aira.adminkit.tasks import bulk_run
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.schema.errors import Refused
from billing.models import Transaction, Wallet
from bookings.models import Appointment
from businesses.models import Business
from telephony.models import BusinessNumber
from tests.console.test_pages import page
from tests.database import Database
from tests.factories import Tenant
from tests.tenant_rows import Rows
from tests.worker import start_worker

REASON = {"do": "start", "reason": "ticket 31"}


def choose(client: Client, action: str, *rows: Any, query: str = "", **more: str) -> BulkRun:
    """Return the run that a list's action leads to."""
    sent = {"action": f"bulk_{action}", "_selected_action": [str(row.pk) for row in rows], **more}
    answer = client.post(page(type(rows[0]), "changelist") + query, sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return BulkRun.objects.get(pk=answer.headers["Location"].partition("?")[0].split("/")[-2])


def url(run: BulkRun) -> str:
    return reverse("bulk-run", args=[run.pk])


def do(client: Client, run: BulkRun) -> dict[str, str | None]:
    """Confirm the run, let the worker finish it, and return the result of each row."""
    assert client.post(url(run), REASON).status_code == 302
    bulk_runs.work(run.pk, lambda: False)
    run.refresh_from_db()
    return dict(run.rows.values_list("row_id", "said"))


def pending(alice: Any, kind: str, amount: int) -> Transaction:
    return Transaction.objects.create(user_id=alice, currency="USD", type=kind, amount=amount)


def test_the_confirmation_counts_rows_and_names_those_that_do_not_fit(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    rows = [pending(alice, "debit", 1), pending(alice, "debit", 2), alices_tenant.transaction]
    run = choose(console, "fail", *rows)
    text = console.get(url(run)).content.decode()
    assert "It is possible for 2 of them. 1 will fail" in text
    assert not AuditEvent.objects.filter(row_id=str(rows[0].pk), verb="update").exists()
    assert Transaction.objects.filter(status="failed").count() == 0


def test_each_row_is_done_separately_and_a_refusal_gives_its_reason(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    small, large, credit = pending(alice, "debit", 30), pending(alice, "debit", 500), pending(alice, "credit", 10)
    run = choose(console, "complete", large, small, credit)
    said = do(console, run)
    # Complete the credit first: it pays for a part of the small debit.
    assert [said[str(row.pk)] for row in (credit, small)] == [None, None]
    assert "wallet_balance_not_negative" in str(said[str(large.pk)])
    assert Wallet.objects.get(user_id=alice).balance_usd == 5
    assert run.finished_at
    assert bulk_runs.progress(run) == bulk_runs.Progress(3, 2, 1)
    text = console.get(url(run), {"outcome": "refused"}).content.decode()
    assert "wallet_balance_not_negative" in text
    assert "of 3, " in text
    lines = console.get(reverse("bulk-results", args=[run.pk]), {"outcome": "refused"})
    body = b"".join(lines.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(body) == 2
    assert body[1].startswith(f'"{large.pk}","Failed",')


def test_a_run_is_recorded_with_the_staff_who_asked_and_the_reason(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    debit = pending(alice, "debit", 1)
    run = choose(console, "complete", debit)
    do(console, run)
    event = AuditEvent.objects.get(row_id=str(debit.pk), verb="update")
    assert (event.actor_kind, event.actor_name, event.reason) == ("staff", "sam", "ticket 31")
    assert event.request_id == f"bulk:{run.pk}"


def test_a_run_without_a_reason_does_not_start(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    run = choose(console, "fail", pending(alice, "debit", 1))
    assert "required" in console.post(url(run), {"do": "start", "reason": " "}).content.decode()
    with pytest.raises(IntegrityError, match="bulk_run_has_a_reason"), transaction.atomic():
        BulkRun.objects.filter(pk=run.pk).update(started_at=timezone.now(), reason=" ")
    bulk_runs.work(run.pk, lambda: False)
    assert bulk_runs.progress(run).processed == 0


def test_a_run_over_a_filtered_list_keeps_to_the_rows_that_were_chosen(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    rows = [pending(alice, "debit", 1) for _ in range(60)]
    run = choose(console, "fail", rows[0], query="?status__exact=pending", select_across="1")
    assert (run.total, run.unfit) == (60, 0)
    later = pending(alice, "debit", 1)
    do(console, run)
    assert Transaction.objects.filter(status="failed").count() == 60
    later.refresh_from_db()
    assert later.status == "pending"


def test_a_run_that_is_confirmed_twice_starts_once(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    run = choose(console, "fail", pending(alice, "debit", 1))
    for _ in range(2):
        console.post(url(run), REASON)
    jobs = admin.site._registry[BulkRun].model.objects.raw(  # The jobs that the second request queued.
        "select gen_random_uuid() as id from jobs.procrastinate_jobs where args ->> 'run' = %s", [str(run.pk)]
    )
    assert len(list(jobs)) == 1


@pytest.mark.parametrize("way", ["permission", "active", "gone"])
def test_staff_who_lost_the_permission_change_no_further_rows(
    client: Client, alices_tenant: Tenant, alice: Any, django_user_model: type[StaffUser], way: str
) -> None:
    fay = django_user_model.objects.create_user("fay", is_staff=True)
    fay.groups.add(Group.objects.get(name="finance"))
    client.force_login(fay)
    debit = pending(alice, "debit", 1)
    run = choose(client, "fail", debit)
    client.post(url(run), REASON)
    if way == "permission":
        fay.groups.clear()
    elif way == "active":
        django_user_model.objects.filter(pk=fay.pk).update(is_active=False)
    else:
        fay.delete()
    bulk_runs.work(run.pk, lambda: False)
    assert list(run.rows.values_list("outcome", "said")) == [
        ("refused", "fay no longer has the permission for this action.")
    ]
    debit.refresh_from_db()
    assert debit.status == "pending"


def test_a_cancelled_run_stops_and_shows_its_progress(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    rows = [pending(alice, "debit", 1) for _ in range(5)]
    run = choose(console, "fail", *rows)
    console.post(url(run), REASON)
    left = iter([False, False, True])
    bulk_runs.work(run.pk, lambda: next(left))
    console.post(url(run), {"do": "cancel"})
    bulk_runs.work(run.pk, lambda: False)
    assert bulk_runs.progress(run).done == 2
    run.refresh_from_db()
    assert run.cancelled_by == "sam"
    assert "Cancelled by sam" in console.get(url(run)).content.decode()
    waiting = console.get(url(run), {"outcome": "waiting"}).context["results"]
    assert {row["outcome"] for row in waiting} == {"Waiting"}
    assert len(waiting) == 3


def test_an_abandoned_draft_leaves_no_rows(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    run = choose(console, "fail", pending(alice, "debit", 1))
    assert console.post(url(run), {"do": "cancel"}).status_code == 302
    assert not BulkRun.objects.exists()
    assert not BulkRow.objects.exists()


def test_other_staff_see_and_stop_a_run_only_with_permission(
    console: Client, alices_tenant: Tenant, alice: Any, django_user_model: type[StaffUser]
) -> None:
    run = choose(console, "fail", pending(alice, "debit", 1))
    lou = django_user_model.objects.create_user("lou", is_staff=True)
    other = Client()
    other.force_login(lou)
    addresses = (url(run), reverse("bulk-progress", args=[run.pk]), reverse("bulk-results", args=[run.pk]))
    assert [other.get(address).status_code for address in addresses] == [403] * 3
    lou.user_permissions.set(Permission.objects.filter(codename__in=["view_bulkrun", "view_transaction"]))
    assert [other.get(address).status_code for address in addresses] == [200] * 3
    assert [other.post(url(run), sent).status_code for sent in (REASON, {"do": "cancel"})] == [403, 403]
    console.post(url(run), REASON)
    lou.user_permissions.add(Permission.objects.get(codename="cancel_bulkrun"))
    assert other.post(url(run), {"do": "cancel"}).status_code == 302
    run.refresh_from_db()
    assert (run.staff_name, run.cancelled_by) == ("sam", "lou")


def test_a_list_offers_only_actions_that_its_reader_may_use(
    client: Client, alices_tenant: Tenant, django_user_model: type[StaffUser]
) -> None:
    rita = django_user_model.objects.create_user("rita", is_staff=True)
    rita.groups.add(Group.objects.get(name="read-only"))
    client.force_login(rita)
    for model in (Transaction, Appointment, Business, BusinessNumber):
        assert client.get(page(model, "changelist")).context.get("action_form") is None, model
    sent = {"action": "bulk_fail", "_selected_action": [str(alices_tenant.transaction.pk)]}
    client.post(page(Transaction, "changelist"), sent)
    assert not BulkRun.objects.exists()


def test_the_page_of_a_run_shows_its_progress(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    run = choose(console, "fail", pending(alice, "debit", 1), alices_tenant.transaction)
    text = do(console, run) and console.get(url(run)).content.decode()
    assert 'value="2" max="2"' in text
    assert console.get(reverse("bulk-progress", args=[run.pk])).json() == {
        "total": 2, "done": 1, "refused": 1, "finished": True,
    }  # fmt: skip


def test_masked_names_stay_masked_in_a_run(
    client: Client, alices_tenant: Tenant, django_user_model: type[StaffUser]
) -> None:
    pat = django_user_model.objects.create_user("pat", is_staff=True)
    pat.groups.add(Group.objects.get(name="support"))
    client.force_login(pat)
    run = choose(client, "cancel", alices_tenant.appointment)
    do(client, run)
    text = client.get(url(run)).content.decode()
    assert "Carol" not in text
    assert "C•••" in text
    assert "Carol" not in str(list(run.rows.values()))


def test_rows_are_trashed_restored_and_removed_permanently(console: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    do(console, choose(console, "trash", business))
    assert Business.objects.trashed().filter(pk=business.pk).exists()
    do(console, choose(console, "restore", business, query="?trash=only"))
    assert Business.objects.alive().filter(pk=business.pk).exists()
    do(console, choose(console, "trash", business))
    do(console, choose(console, "purge", business, query="?trash=only"))
    assert not Business.objects.filter(pk=business.pk).exists()
    assert do(console, run_of_gone(business)) == {str(business.pk): bulk_runs.GONE}


def run_of_gone(business: Business) -> BulkRun:
    sam = StaffUser.objects.get(username="sam")
    run = BulkRun.objects.create(
        model="businesses.business", action="trash", label="x", staff=sam, staff_name="sam", total=1, unfit=0
    )
    BulkRow.objects.create(run=run, row_id=str(business.pk))
    return run


def test_an_unexpected_error_does_not_stop_the_other_rows(
    console: Client, alices_tenant: Tenant, alice: Any, monkeypatch: Any, caplog: Any
) -> None:
    one, other = pending(alice, "debit", 1), pending(alice, "debit", 2)
    run = choose(console, "fail", one, other)
    from billing import actions

    move = actions.move

    def broken(*, transactions: Any, status: str) -> int:
        moved = move(transactions=transactions, status=status)
        if transactions.filter(pk=one.pk).exists():
            raise ZeroDivisionError
        return moved

    monkeypatch.setattr(actions, "move", broken)
    said = do(console, run)
    assert "The worker's log has the details" in str(said[str(one.pk)])
    assert said[str(other.pk)] is None
    assert "ZeroDivisionError" in caplog.text
    one.refresh_from_db()
    assert one.status == "pending"


def test_a_list_counts_the_rows_that_offer_the_transition_themselves(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    """`bulk` and `offered` agree for rows in every state."""
    start = datetime.now(UTC) + timedelta(days=3)
    for number, status in enumerate(("confirmed", "completed", "no_show", "cancelled")):
        made = Appointment.objects.create(
            business=alices_tenant.business, customer_name="D", scheduled_at=start + timedelta(hours=2 * number)
        )
        Appointment.objects.filter(pk=made.pk).update(status=status)
    for status in ("pending", "failed", "completed"):
        row = pending(alice, "credit", 1)
        if status != "pending":
            Transaction.objects.filter(pk=row.pk).update(status=status)
    BusinessNumber.objects.filter(pk=alices_tenant.number.pk).update(is_active=False)
    other = Business.objects.create(user_id=alice, name="Old", business_type="retail")
    Business.objects.filter(pk=other.pk)._raw_delete("default")
    checked = 0
    for model, page_of_one in admin.site._registry.items():
        for one in getattr(page_of_one, "transitions", ()):
            if one.bulk is not None:
                checked += 1
                fit = set(model._default_manager.filter(one.bulk).values_list("pk", flat=True))
                assert fit == {row.pk for row in model._default_manager.all() if one.offered(row)}, one
    assert checked > 15


def press(name: str, row: Appointment) -> str:
    [do_it] = [one.do for one in admin.site._registry[Appointment].transitions if one.name == name]
    return do_it(None, row, {})  # type: ignore[arg-type]


def test_rows_trashed_after_the_choice_are_not_removed_permanently(alices_tenant: Tenant) -> None:
    """A second DELETE of a row removes it permanently."""
    same = Appointment.objects.filter(pk=alices_tenant.appointment.pk)
    same._raw_delete("default")
    before = same.get().deleted_at
    assert "was moved to the trash" in press("trash", alices_tenant.appointment)
    assert same.get().deleted_at == before is not None


def test_rows_restored_after_the_choice_are_not_removed_permanently(alices_tenant: Tenant) -> None:
    """A DELETE of a restored row moves it to the trash."""
    with pytest.raises(Refused, match="has already restored"):
        press("purge", alices_tenant.appointment)
    alices_tenant.appointment.refresh_from_db()
    assert alices_tenant.appointment.deleted_at is None


@pytest.mark.parametrize("action", ["trash", "purge", "restore"])
def test_a_permanently_removed_row_shows_no_further_result(alices_tenant: Tenant, action: str) -> None:
    same = Appointment.objects.filter(pk=alices_tenant.appointment.pk)
    for _ in range(2):
        same._raw_delete("default")
    with pytest.raises(Refused, match="has already permanently removed"):
        press(action, alices_tenant.appointment)


def test_a_list_does_not_offer_what_needs_an_approval() -> None:
    names = {one.name for page in admin.site._registry.values() for one in getattr(page, "transitions", ()) if one.bulk}
    assert not names & {"refund", "top-up", "dispute", "approve"}


def test_a_run_over_too_many_rows_is_refused_with_the_limit(
    console: Client, alices_tenant: Tenant, alice: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk_runs, "LIMIT", 1)
    rows = [pending(alice, "debit", 1) for _ in range(2)]
    sent = {"action": "bulk_fail", "_selected_action": [str(row.pk) for row in rows]}
    text = console.post(page(Transaction, "changelist"), sent, follow=True).content.decode()
    assert "You chose more than 1 records. Filter the list" in text
    assert not BulkRun.objects.exists()


def test_a_run_that_lost_its_worker_is_resumed_and_old_runs_are_purged(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    run = choose(console, "fail", pending(alice, "debit", 1))
    console.post(url(run), REASON)
    assert bulk_runs.stalled() == []
    BulkRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(minutes=2))
    assert bulk_runs.stalled() == [str(run.pk)]
    bulk_runs.work(run.pk, lambda: False)
    assert bulk_runs.stalled() == []
    draft = choose(console, "fail", pending(alice, "debit", 1))
    assert bulk_runs.forget() == 0
    BulkRun.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(days=2))
    BulkRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=91))
    assert bulk_runs.forget() == 2


@pytest.fixture
def numbers(database: Database, alices: Rows, in_its_database: None) -> list[str]:
    return [
        str(row[0])
        for row in database.owner(
            "insert into public.business_numbers (user_id, business_id, phone_number, display_name, country_code,"
            " number_type) select %s, %s, '+1415556' || n, 'n', 'US', 'local' from generate_series(1000, 1199) n"
            " returning id",
            alices.user,
            alices.business,
        )
    ]


def started_run(numbers: list[str]) -> BulkRun:
    sam = StaffUser.objects.create_superuser("sam", "sam@example.com", "correct horse battery")
    [transition] = [
        one
        for one in admin.site._registry[BusinessNumber].transitions
        if one.name == "deactivate"  # type: ignore[attr-defined]
    ]
    run = bulk_runs.freeze(queryset=BusinessNumber.objects.filter(pk__in=numbers), transition=transition, staff=sam)
    bulk_runs.start(run=run, reason="ticket 31")
    return run


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_killed_worker_loses_no_row_and_repeats_none(database: Database, numbers: list[str]) -> None:
    run = started_run(numbers)
    # Keep the worker in the middle of a row: another connection holds the row's lock.
    held = BulkRow.objects.filter(run=run).order_by("pk")[100].row_id
    with database.connect(autocommit=False) as holder:
        holder.execute("select from public.business_numbers where id = %s for update", [held])
        worker = start_worker(database, "--only", "jobs")
        until(lambda: bulk_runs.progress(run).done == 100)
        time.sleep(0.3)
        worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=30)
        holder.rollback()
    done = bulk_runs.progress(run).done
    assert done == 100
    assert BusinessNumber.objects.filter(pk__in=numbers, is_active=False).count() == done
    # As `resume_bulk_runs` does a minute later.
    bulk_run.defer(run=str(run.pk))
    worker = start_worker(database, "--only", "jobs")
    until(lambda: BulkRun.objects.get(pk=run.pk).finished_at is not None)
    worker.terminate()
    worker.communicate(timeout=30)
    assert bulk_runs.progress(run) == bulk_runs.Progress(200, 200, 0)
    assert not BusinessNumber.objects.filter(pk__in=numbers, is_active=True).exists()
    events = AuditEvent.objects.filter(row_id__in=numbers, verb="update")
    assert (events.count(), events.filter(actor_name="sam", reason="ticket 31").count()) == (200, 200)


def test_two_workers_share_a_run(database: Database, numbers: list[str]) -> None:
    run = started_run(numbers)
    bulk_run.defer(run=str(run.pk))
    workers = [start_worker(database, "--only", "jobs", "--once") for _ in range(2)]
    for worker in workers:
        said = worker.communicate(timeout=60)[1]
        assert worker.returncode == 0, said
    assert bulk_runs.progress(run) == bulk_runs.Progress(200, 200, 0)
    assert BulkRun.objects.get(pk=run.pk).finished_at
    assert AuditEvent.objects.filter(row_id__in=numbers, verb="update").count() == 200
