"""Large amounts need two people. The database records who requested and who decided, whatever a statement says."""

import threading
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from billing.models import ApprovalRequest, Transaction, Wallet
from tests.adminkit.test_bulk import choose, do
from tests.adminkit.test_transitions import press, url
from tests.database import Database
from tests.factories import Tenant
from tests.tenant_rows import Rows


@pytest.fixture
def payment(alices_tenant: Tenant, alice: Any) -> Transaction:
    return Transaction.objects.create(
        user_id=alice, currency="USD", type="credit", amount=900, status="completed", stripe_payment_intent_id="pi_9"
    )


@pytest.fixture
def colleague(db: None) -> Client:
    client = Client()
    someone = StaffUser.objects.create_user("toni", password="correct horse battery", is_staff=True)
    someone.user_permissions.set(
        Permission.objects.filter(codename__in=["view_approvalrequest", "decide_approvalrequest"])
    )
    client.force_login(someone)
    return client


def balance(user: Any) -> Decimal:
    return Wallet.objects.get(user_id=user).balance_usd


def test_a_large_refund_waits_for_a_second_person(
    console: Client, colleague: Client, payment: Transaction, alice: Any
) -> None:
    assert "A second person must approve" in press(console, payment, "refund", amount="600.00", reason="ticket 8")
    assert balance(alice) == 925
    request = ApprovalRequest.objects.get()
    assert (request.requested_by_name, request.amount, request.decided_at) == ("sam", 600, None)
    assert "ask a colleague" in press(console, request, "approve").lower()
    assert balance(alice) == 925
    assert "Approved and carried out" in press(colleague, request, "approve")
    request.refresh_from_db()
    payment.refresh_from_db()
    assert (request.approved, request.decided_by_name, payment.refunded_amount) == (True, "toni", 600)
    assert balance(alice) == 325


def test_a_refund_above_the_whole_amount_is_refused_at_once(console: Client, payment: Transaction, alice: Any) -> None:
    said = press(console, payment, "refund", amount="900.01", reason="ticket 11")
    assert "refund_exceeds_amount" in said
    assert ApprovalRequest.objects.count() == 0
    assert balance(alice) == 925


def test_small_refunds_of_one_transaction_add_up_to_the_limit(
    console: Client, payment: Transaction, alice: Any
) -> None:
    assert press(console, payment, "refund", amount="450.00", reason="one").startswith("Refunded")
    assert "second person" in press(console, payment, "refund", amount="51.00", reason="two")
    assert balance(alice) == 475
    assert "already waits for approval" in press(console, payment, "refund", amount="52.00", reason="three")


def test_a_declined_request_moves_no_money_and_is_decided_once(
    console: Client, colleague: Client, payment: Transaction, alice: Any
) -> None:
    press(console, payment, "refund", amount="900.00", reason="ticket 9")
    request = ApprovalRequest.objects.get()
    assert "Declined" in press(colleague, request, "decline")
    answer = colleague.post(reverse("admin:billing_approvalrequest_do", args=[request.pk, "approve"]), follow=True)
    assert "has changed. This page shows it now." in str([str(message) for message in answer.context["messages"]])
    assert balance(alice) == 925


def test_a_large_top_up_waits_for_a_second_person(
    console: Client, colleague: Client, alices_tenant: Tenant, alice: Any
) -> None:
    said = press(console, alices_tenant.wallet, "top-up", amount="501.00", currency="USD", reason="contract")
    assert "second person" in said
    press(colleague, ApprovalRequest.objects.get(), "approve")
    assert balance(alice) == 526


@pytest.mark.parametrize("what", ["top-up", "refund"])
def test_a_form_that_is_submitted_twice_makes_one_request(
    console: Client, colleague: Client, payment: Transaction, alices_tenant: Tenant, alice: Any, what: str
) -> None:
    row = alices_tenant.wallet if what == "top-up" else payment
    typed = {"amount": "600.00", "reason": "contract", "key": "console:one"}
    press(console, row, what, **typed)
    request = ApprovalRequest.objects.get()
    assert "second person" in press(console, row, what, **typed)
    assert ApprovalRequest.objects.get() == request
    assert "Use a new key" in press(console, row, what, **{**typed, "amount": "601.00"})
    press(colleague, request, "approve")
    after = balance(alice)
    press(console, row, what, **typed)
    assert (ApprovalRequest.objects.get(), balance(alice)) == (request, after)


def test_a_debt_after_a_dispute_can_not_be_refunded_again(console: Client, payment: Transaction, alice: Any) -> None:
    Transaction.objects.create(user_id=alice, currency="USD", type="debit", amount=905, status="completed")
    assert balance(alice) == 20
    press(console, payment, "dispute", amount="500.00", reason="bank")
    # The wallet had 20, so the account owes 480.
    asked = console.get(url(payment, "refund"))
    assert asked.context["form"].fields["amount"].initial == 400
    assert "Refund up to $400.00" in asked.content.decode()
    press(console, payment, "dispute", amount="400.00", reason="bank, the rest")
    asked = console.get(url(payment, "refund")).content.decode()
    assert "At most $0.00" in asked
    assert "has 0.00 USD left to refund. Refund at most that amount." in press(
        console, payment, "refund", amount="1.00", reason="once more"
    )


def test_a_request_that_the_database_refuses_stays_open(
    console: Client, colleague: Client, payment: Transaction, alice: Any
) -> None:
    press(console, payment, "refund", amount="900.00", reason="ticket 10")
    Transaction.objects.create(user_id=alice, currency="USD", type="debit", amount=100, status="completed")
    request = ApprovalRequest.objects.get()
    assert "wallet_balance_not_negative" in press(colleague, request, "approve")
    request.refresh_from_db()
    assert (request.decided_at, balance(alice)) == (None, 825)


def test_the_api_can_not_move_large_amounts_without_a_second_person(api: Any, payment: Transaction, alice: Any) -> None:
    answer = api.post(f"/api/v1/transactions/{payment.pk}/refund/", {"amount": "600.00", "reason": "x"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:aira:problem:second_person_required"
    assert balance(alice) == 925
    assert api.post(f"/api/v1/transactions/{payment.pk}/refund/", {"amount": "60.00", "key": "a"}).status_code == 200
    assert api.post(f"/api/v1/transactions/{payment.pk}/refund/", {"amount": "440.00", "key": "b"}).status_code == 200
    # A repeated request is the same refund and moves no more money.
    assert api.post(f"/api/v1/transactions/{payment.pk}/refund/", {"amount": "440.00", "key": "b"}).status_code == 200
    assert balance(alice) == 425


def test_staff_can_not_add_and_complete_a_large_credit_alone(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    values: dict[str, Any] = {"user_id": alice, "currency": "USD", "type": "credit", "amount": 501}
    by_hand = Transaction.objects.create(**values)
    assert "second member of staff" in press(console, by_hand, "complete")
    assert "second member of staff" in str(do(console, choose(console, "complete", by_hand)))
    by_hand.refresh_from_db()
    assert (by_hand.status, balance(alice)) == ("pending", 25)
    # A credit with a payment behind it, and a debit, need no second person.
    press(console, Transaction.objects.create(**values, stripe_payment_intent_id="pi_8"), "complete")
    press(console, Transaction.objects.create(**{**values, "type": "debit"}), "complete")
    assert balance(alice) == 25


@pytest.mark.parametrize("intent", [None, "pi_7"])
def test_a_transaction_is_completed_with_its_recorded_amount(
    api: Any, alices_tenant: Tenant, alice: Any, intent: str | None
) -> None:
    small = Transaction.objects.create(
        user_id=alice, currency="USD", type="credit", amount=1, stripe_payment_intent_id=intent
    )
    answer = api.post(f"/api/v1/transactions/{small.pk}/complete/", {"amount": "50000.00"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:aira:problem:not_a_hold")
    assert balance(alice) == 25
    assert api.post(f"/api/v1/transactions/{small.pk}/complete/").status_code == 200
    assert balance(alice) == 26


ACTOR = "select set_config('aira.actor', %s, true)"
ASK = (
    "insert into console.approval_requests (kind, user_id, amount, currency, reason, requested_by, requested_by_name)"
    " values ('top_up', %s, 600, 'USD', 'x', 'somebody else', 'forged') returning id"
)
DECIDE = (
    "update console.approval_requests set approved = true, decided_by = 'forged' where id = %s and decided_at is null"
)


def sam(name: str = "sam") -> str:
    return f'{{"kind": "staff", "id": "{name}", "name": "{name}"}}'


def ask(database: Database, alices: Rows) -> Any:
    with database.as_console() as sql:
        sql(ACTOR, sam())
        return sql(ASK, alices.user).fetchone()[0]


def as_staff(database: Database, name: str | None, statement: str, *params: Any) -> int:
    with database.as_console() as sql:
        if name:
            sql(ACTOR, sam(name))
        return sql(statement, *params).rowcount


def test_a_statement_can_not_forge_who_requested_and_who_decided(database: Database, alices: Rows) -> None:
    request = ask(database, alices)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        as_staff(database, "sam", DECIDE, request)
    assert refused.value.diag.constraint_name == "second_person_required"
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        as_staff(database, None, DECIDE, request)
    assert refused.value.diag.constraint_name == "approval_by_staff_alone"
    assert as_staff(database, "toni", DECIDE, request) == 1
    row = database.owner(
        "select requested_by, decided_by, decided_by_name from console.approval_requests where id = %s", request
    ).fetchone()
    assert row == ("sam", "toni", "toni")


@pytest.mark.parametrize(
    "statement",
    [
        "update console.approval_requests set amount = 1, approved = true where id = %s",
        "update console.approval_requests set approved = null where id = %s",
        "delete from console.approval_requests where id = %s",
    ],
)
def test_an_approval_request_can_not_be_changed_or_deleted(database: Database, alices: Rows, statement: str) -> None:
    request = ask(database, alices)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        as_staff(database, "toni", statement, request)
    assert refused.value.diag.constraint_name == "approval_is_decided"


def test_two_colleagues_at_the_same_moment_decide_once(database: Database, alices: Rows) -> None:
    request = ask(database, alices)
    counts: list[int] = []
    barrier = threading.Barrier(2)

    def decide(name: str) -> None:
        with database.connect("console") as connection, connection.transaction():
            connection.execute(ACTOR, [sam(name)])
            barrier.wait()
            counts.append(connection.execute(DECIDE, [request]).rowcount)

    threads = [threading.Thread(target=decide, args=[name]) for name in ("toni", "uma")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 1]


@pytest.mark.parametrize(("kind", "left"), [("credit", 35), ("debit", 15)])
def test_an_adjustment_corrects_a_posting_by_another_one(
    console: Client, alices_tenant: Tenant, alice: Any, kind: str, left: int
) -> None:
    posted = Transaction.objects.get(user_id=alice)
    said = press(console, posted, "adjust", kind=kind, amount="10.00", reason="ticket 12")
    assert said.startswith("Adjusted")
    assert balance(alice) == left
    adjustment = Transaction.objects.exclude(pk=posted.pk).get()
    assert (adjustment.type, adjustment.status, adjustment.description) == (kind, "completed", "ticket 12")
    assert adjustment.metadata == {"adjustment": True, "corrects": str(posted.pk)}
    assert adjustment.entries.get().contra == "adjustment"


def test_a_large_adjustment_waits_for_a_second_person(
    console: Client, colleague: Client, payment: Transaction, alice: Any
) -> None:
    assert "second person" in press(console, payment, "adjust", kind="debit", amount="600.00", reason="ticket 13")
    assert balance(alice) == 925
    request = ApprovalRequest.objects.get()
    assert (request.kind, request.transaction_id) == ("take", payment.pk)
    press(colleague, request, "approve")
    assert balance(alice) == 325
    assert Transaction.objects.get(type="debit").metadata["corrects"] == str(payment.pk)


def test_staff_take_money_from_a_wallet_by_hand(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    taken = press(console, alices_tenant.wallet, "take", amount="5.00", currency="USD", reason="agreed")
    assert taken.startswith("Took")
    assert balance(alice) == 20
    assert "available, but needs" in press(
        console, alices_tenant.wallet, "take", amount="21.00", currency="USD", reason="agreed"
    )


def test_a_tool_adjusts_up_to_the_limit(api: Any, alices_tenant: Tenant, alice: Any) -> None:
    sent = {
        "user": str(alice),
        "type": "debit",
        "amount": "5.00",
        "currency": "USD",
        "reason": "ticket 14",
        "key": "t14",
    }
    for _ in range(2):
        answer = api.post("/api/v1/transactions/adjust/", sent)
        assert (answer.status_code, answer.data["type"], answer.data["amount"]) == (201, "debit", "5.00")
    assert balance(alice) == 20
    answer = api.post("/api/v1/transactions/adjust/", {**sent, "amount": "501.00", "key": "t15"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:aira:problem:second_person_required")
