"""Stripe's webhook at this site: events are signed by Stripe's own code, stored once and applied by a job."""

import json
import time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import stripe
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import stripe_events, tasks
from billing.models import Payment, StripeEvent, Wallet
from tests.billing.stripe_account import Event, StripePayment
from tests.database import Database

SECRET, OLD_SECRET = "whsec_" + "n" * 32, "whsec_" + "o" * 32
URL = "/webhooks/stripe/"


def signature(body: str, secret: str = SECRET, at: float | None = None) -> str:
    moment = int(at or time.time())
    computed = stripe.WebhookSignature._compute_signature(f"{moment}.{body}", secret)
    return f"t={moment},v1={computed}"


def send(client: Client, event: Event | str, *, url: str = URL, **how: Any) -> Any:
    body = event if isinstance(event, str) else json.dumps(event)
    header = how.pop("signature", None) or signature(body, **how)
    return client.post(url, body, content_type="application/json", headers={"Stripe-Signature": header})


@pytest.fixture(autouse=True)
def _receiving(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = [SECRET, OLD_SECRET]
    settings.STRIPE_LIVE_MODE = True


@pytest.fixture
def payment(alice: UUID) -> StripePayment:
    payment = StripePayment(str(alice), 2500)
    payment.succeed()
    return payment


def work() -> None:
    for event in StripeEvent.objects.filter(applied_at=None).order_by("received_at"):
        tasks.apply_stripe_event(event=event.pk)


def balance(alice: UUID) -> Decimal:
    return sum((wallet.balance_usd for wallet in Wallet.objects.filter(user_id=alice)), Decimal(0))


@pytest.mark.parametrize("url", [URL, URL.rstrip("/")])
def test_a_signed_event_is_stored_once_and_applied_by_its_job(
    db: None, client: Client, payment: StripePayment, alice: UUID, url: str
) -> None:
    answers = [send(client, payment.events[0], url=url) for _ in range(3)]
    assert [(answer.status_code, answer.content) for answer in answers] == [
        (200, b"Stored.\n"), (200, b"Already stored.\n"), (200, b"Already stored.\n"),
    ]  # fmt: skip
    # The answer comes before the event is applied.
    assert balance(alice) == 0
    work()
    work()
    assert balance(alice) == 25
    event = StripeEvent.objects.get()
    assert (event.outcome, event.problem, event.payment_id, event.attempts) == ("settled", None, payment.id, 1)


def test_the_job_is_queued_with_the_event(db: None, client: Client, payment: StripePayment) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    send(client, payment.events[0])
    jobs = ProcrastinateJob.objects.filter(task_name="billing.apply_stripe_event")
    assert [job.args for job in jobs] == [{"event": payment.events[0]["id"]}]


def test_every_event_of_a_payments_life_ends_in_its_balance(
    db: None, client: Client, payment: StripePayment, alice: UUID
) -> None:
    payment.settle(payment.refund(500), "failed")
    payment.close(payment.dispute(1000), "lost")
    for event in reversed(payment.events):
        assert send(client, event).status_code == 200
    work()
    assert balance(alice) == payment.balance() == 15


def test_both_secrets_are_accepted_during_rotation(db: None, client: Client, payment: StripePayment) -> None:
    assert send(client, payment.events[0], secret=OLD_SECRET).status_code == 200


BAD = {
    "another secret": {"secret": "whsec_" + "x" * 32},
    "an old signature": {"at": time.time() - 3600},
    "no signature": {"signature": "nonsense"},
    "NUL": {"signature": "t=1\x00,v1=2"},
}


@pytest.mark.parametrize("how", BAD)
def test_an_event_that_stripe_did_not_sign_is_refused_and_not_stored(
    db: None, client: Client, payment: StripePayment, how: str
) -> None:
    answer = send(client, payment.events[0], **BAD[how])
    assert (answer.status_code, StripeEvent.objects.count()) == (400, 0)


@pytest.mark.parametrize("body", ["", "[]", "nonsense", '{"id": 1}', '{"type": "x"}', "1", "null"])
def test_a_signed_body_that_is_not_an_event_is_refused(db: None, client: Client, body: str) -> None:
    assert send(client, body).status_code == 400


@pytest.mark.parametrize(
    "event",
    [
        {"id": "evt_1", "type": "payment_intent.succeeded"},
        {"id": "evt_2", "type": "charge.refunded", "data": {"object": {"id": "ch_1", "amount_refunded": "many"}}},
        {"id": "evt_3", "type": "charge.dispute.created", "data": [1]},
        {"id": "evt_4\u0000", "type": "refund.created", "data": {"object": {"id": 5, "charge": {"a": 1}}}},
    ],
)
def test_an_unreadable_event_is_stored_with_its_reason_and_tried_again(db: None, client: Client, event: Event) -> None:
    assert send(client, {**event, "livemode": True}).status_code == 200
    work()
    kept = StripeEvent.objects.get()
    assert kept.applied_at is None
    assert kept.problem
    assert kept.attempts == 1
    assert stripe_events.open_events(before=timezone.now()) == [kept.pk]


def test_events_of_test_mode_and_of_other_types_are_stored_and_ignored(
    db: None, client: Client, payment: StripePayment, alice: UUID
) -> None:
    send(client, {**payment.events[0], "livemode": False})
    send(client, {"id": "evt_other", "type": "customer.created", "livemode": True, "data": {"object": {"id": "cus_1"}}})
    work()
    assert set(StripeEvent.objects.values_list("outcome", flat=True)) == {"ignored"}
    assert balance(alice) == 0


def test_without_a_secret_the_webhook_answers_404(
    db: None, client: Client, settings: Any, payment: StripePayment
) -> None:
    settings.STRIPE_WEBHOOK_SECRET = []
    assert send(client, payment.events[0]).status_code == 404


def test_only_a_post_is_answered(db: None, client: Client) -> None:
    assert client.get(URL).status_code == 405


def test_a_body_of_more_than_a_megabyte_is_refused(db: None, client: Client) -> None:
    assert send(client, "[" + " " * 1_000_001 + "]").status_code == 413


def test_staff_apply_an_event_again_from_its_page(
    console: Client, payment: StripePayment, alice: UUID, client: Client
) -> None:
    send(client, payment.events[0])
    page = reverse("admin:billing_stripeevent_do", args=[quote(payment.events[0]["id"]), "apply"])
    for _ in range(2):
        answer = console.post(page, follow=True)
        assert "settled" in answer.content.decode()
    assert balance(alice) == 25


def test_an_event_whose_job_was_lost_is_applied_by_the_next_minutes_run(
    db: None, client: Client, payment: StripePayment, alice: UUID
) -> None:
    send(client, payment.events[0])
    StripeEvent.objects.update(received_at=timezone.now() - timezone.timedelta(minutes=2))
    tasks.apply_open_stripe_events(timestamp=0)
    assert balance(alice) == 25


def test_applied_events_are_forgotten_and_open_ones_stay(db: None, client: Client, payment: StripePayment) -> None:
    payment.refund(500)
    send(client, payment.events[0])
    work()
    send(client, payment.events[1])
    assert stripe_events.forget(before=timezone.now()) == 1
    assert StripeEvent.objects.get().pk == payment.events[1]["id"]
    assert Payment.objects.get().facts.count() == 1


def test_the_example_in_the_docs_ends_where_the_receiver_ends(database: Database, payment_example: Any) -> None:
    user = database.account("payer@example.com")
    payment = StripePayment(str(user), 2500)
    payment.succeed()
    payment.refund(500)
    payment.close(payment.dispute(1000), "won")
    with database.as_service("service_role") as sql:

        def run(query: str, *params: object) -> list[tuple[Any, ...]]:
            return sql(query, *params).fetchall()

        outcomes = [payment_example.apply(event, run) for event in reversed(payment.events)]
    assert outcomes[-1] == "settled"
    assert database.owner("select balance_usd from public.wallets").fetchone() == (20,)


@pytest.fixture
def payment_example() -> Any:
    from tests.billing.test_stripe import example

    return example
