from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from billing.models import Transaction, Wallet
from bookings.models import Appointment
from tests.console.test_pages import page
from tests.things import Things


def run(console: Client, action: str, *rows: Any) -> str:
    """What the console says after a bulk action."""
    sent = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    answer = console.post(page(type(rows[0]), "changelist"), sent, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


def test_money_moves_by_buttons(console: Client, alices_things: Things, alice: Any) -> None:
    made = {"user_id": alice, "currency": "USD"}
    debit = Transaction.objects.create(**made, type="debit", amount=30)
    credit = Transaction.objects.create(**made, type="credit", amount=10)
    assert "wallet_balance_not_negative" in run(console, "complete", debit)
    assert "2 completed" in run(console, "complete", debit, credit)
    assert Wallet.objects.get(user_id=alice).balance_usd == 5
    assert "transaction_status_transition" in run(console, "fail", debit)


def test_what_one_of_several_refuses_changes_none(console: Client, alices_things: Things, alice: Any) -> None:
    made = {"user_id": alice, "currency": "USD", "type": "debit"}
    one, other = (Transaction.objects.create(**made, amount=amount) for amount in (1, 500))
    assert "Nothing was changed" in run(console, "complete", one, other)
    assert set(Transaction.objects.filter(type="debit").values_list("status", flat=True)) == {"pending"}


def test_appointments_are_cancelled_together_or_not_at_all(console: Client, alices_things: Things) -> None:
    start = datetime.now(UTC) + timedelta(days=2)
    made = {"business": alices_things.business, "customer_name": "Dora"}
    one, other = (Appointment.objects.create(**made, scheduled_at=start + timedelta(hours=2 * n)) for n in range(2))
    Appointment.objects.filter(pk=other.pk).update(status="completed")
    assert "took place" in run(console, "cancel", one, other)
    one.refresh_from_db()
    assert one.status == "confirmed"
    assert "1 cancelled" in run(console, "cancel", one)
    one.refresh_from_db()
    assert (one.status, "in the console" in one.notes) == ("cancelled", True)


def test_a_second_appointment_at_the_same_time_is_refused_in_words(console: Client, alices_things: Things) -> None:
    taken = alices_things.appointment.scheduled_at
    sent = {
        "business": str(alices_things.business.pk), "customer_name": "Dora", "duration": "60", "source": "manual",
        "scheduled_at_0": taken.date().isoformat(), "scheduled_at_1": taken.time().isoformat("seconds"), "status": "confirmed",
    }  # fmt: skip
    answer = console.post(page(Appointment, "add"), sent)
    assert answer.status_code == 200
    said = " ".join(str(error) for error in answer.context["errors"])
    assert "The business is booked at that time" in said
    assert "Choose another time" in said
    assert Appointment.objects.count() == 1
