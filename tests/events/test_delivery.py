"""Subscriptions receive each event at least once, whatever is killed."""

import json
import random
import threading
import time
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from aira.events.sealing import seal
from aira.events.subscriptions import new_secret
from tests.database import Database
from tests.events.subscribers import Subscriber
from tests.outbox.conftest import Start, end, wait_until
from tests.tenant_rows import Rows
from tests.webhook_receiver import Received, Receiver, plain

RENAME = "update public.business_v2 set name = %s where id = %s"


def test_a_subscription_receives_events_as_the_api_shows_them(
    database: Database, alices: Rows, receiver: Receiver, worker: Start
) -> None:
    subscriber = Subscriber(database, receiver, "business.updated")
    worker()
    database.owner(RENAME, "Casa Nova", alices.business)
    database.owner("update public.appointments set status = 'cancelled' where id = %s", alices.appointment)
    wait_until(lambda: receiver.got and not subscriber.left())
    [event] = subscriber.events()
    stored = database.owner("select id, position from private.events where type = 'business.updated'").fetchone()
    assert (event["id"], event["position"]) == stored
    assert (event["type"], event["object_id"], event["object"]["name"]) == (
        "business.updated", str(alices.business), "Casa Nova",
    )  # fmt: skip
    assert event["previous"]["name"] == "Place of alice@example.com"
    assert receiver.got[0].headers["webhook-id"] == receiver.got[0].id


def test_a_subscription_without_personal_data_receives_masks(
    database: Database, alices: Rows, receiver: Receiver, worker: Start
) -> None:
    subscriber = Subscriber(database, receiver, personal_data=False)
    worker()
    database.owner("update public.appointments set status = 'cancelled' where id = %s", alices.appointment)
    wait_until(lambda: receiver.got)
    [event] = subscriber.events()
    assert event["object"]["customer_name"] == "C•••"
    bodies = database.owner("select body from private.webhook_deliveries where endpoint = %s", subscriber.name)
    assert "Carol" not in str(bodies.fetchall())


def test_events_before_the_subscription_are_not_sent(
    database: Database, alices: Rows, receiver: Receiver, worker: Start
) -> None:
    subscriber = Subscriber(database, receiver)
    process = worker()
    database.owner(RENAME, "Later", alices.business)
    wait_until(lambda: receiver.got and not subscriber.left())
    end(process)
    assert [event["type"] for event in subscriber.events()] == ["business.updated"]


def test_both_secrets_sign_after_a_rotation(
    database: Database, alices: Rows, receiver: Receiver, worker: Start
) -> None:
    subscriber = Subscriber(database, receiver)
    renewed, ended = new_secret(), new_secret()
    query = (
        "update private.webhook_subscriptions set previous_secret = secret, secret = %s,"
        " previous_until = now() + interval '1 hour'"
    )
    database.owner(query, seal(renewed))
    worker()
    database.owner(RENAME, "1", alices.business)
    wait_until(lambda: receiver.got)
    for secret in (renewed, subscriber.secret):
        Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(ended).verify(receiver.got[0].body, receiver.got[0].headers)
    database.owner("update private.webhook_subscriptions set previous_until = now() - interval '1 second'")
    time.sleep(2.5)
    database.owner(RENAME, "2", alices.business)
    wait_until(lambda: len(receiver.got) > 1)
    Webhook(renewed).verify(receiver.got[1].body, receiver.got[1].headers)
    with pytest.raises(WebhookVerificationError):
        subscriber.verified(receiver.got[1])


def test_a_secret_of_another_secret_key_is_read_with_the_fallback(
    database: Database, alices: Rows, receiver: Receiver, worker: Start, settings: Any
) -> None:
    old = settings.SECRET_KEY
    subscriber = Subscriber(database, receiver)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]
    worker(SECRET_KEY="another-" + "x" * 50, SECRET_KEY_FALLBACKS=old)
    database.owner(RENAME, "1", alices.business)
    wait_until(lambda: receiver.got)
    assert subscriber.events()[0]["object"]["name"] == "1"


def test_an_endpoint_that_fails_for_three_days_is_paused(
    database: Database, alices: Rows, receiver: Receiver, worker: Start
) -> None:
    async def fail(_: Received) -> bytes:
        return plain("500 Internal Server Error")

    receiver.answer = fail
    subscriber = Subscriber(database, receiver)
    database.owner("update private.service_endpoints set failing_since = now() - interval '73 hours'")
    worker()
    database.owner(RENAME, "1", alices.business)
    query = "select held_reason from private.service_endpoints where held_at is not null"
    [reason] = wait_until(lambda: database.owner(query).fetchone())
    assert reason == "every attempt failed for three days; the last error: answered 500 Internal Server Error"
    database.owner(RENAME, "2", alices.business)
    time.sleep(1.5)
    assert subscriber.left() == 2
    # Resumed, it receives both events.
    receiver.answer = Receiver.__dataclass_fields__["answer"].default  # type: ignore[assignment]
    database.owner("update private.service_endpoints set held_at = null, failing_since = null")
    database.owner("update private.webhook_deliveries set next_attempt_at = now() where delivered_at is null")
    wait_until(lambda: not subscriber.left())
    assert {event["object"]["name"] for event in subscriber.events()} == {"1", "2"}


def test_a_replay_sends_events_again_under_their_ids(
    database: Database, alices: Rows, receiver: Receiver, worker: Start
) -> None:
    subscriber = Subscriber(database, receiver)
    worker()
    for name in ("1", "2"):
        database.owner(RENAME, name, alices.business)
    wait_until(lambda: len(receiver.got) == 2 and not subscriber.left())
    database.owner("update private.webhook_subscriptions set position = position - 1")
    wait_until(lambda: len(receiver.got) == 3 and not subscriber.left())
    assert receiver.ids[2] == receiver.ids[1]


def test_many_subscriptions_receive_their_types_alone(database: Database, alices: Rows, worker: Start) -> None:
    kinds = ("business.updated", "appointment.cancelled", "wallet.stopped", "number.released", "*")
    receivers = [Receiver() for _ in kinds]
    try:
        subscribers = [Subscriber(database, one, kind) for one, kind in zip(receivers, kinds, strict=True)]
        worker()
        database.owner(RENAME, "1", alices.business)
        database.owner("update public.appointments set status = 'cancelled' where id = %s", alices.appointment)
        wait_until(lambda: [len(one.got) for one in receivers] == [1, 1, 0, 0, 2] and not subscribers[0].left())
        assert [event["type"] for event in subscribers[1].events()] == ["appointment.cancelled"]
    finally:
        for one in receivers:
            one.close()


def test_events_of_an_erased_account_are_not_sent(
    database: Database, alices: Rows, bobs: Rows, receiver: Receiver, worker: Start
) -> None:
    receiver.stop()
    subscriber = Subscriber(database, receiver)
    process = worker()
    for one in (alices, bobs):
        database.owner(RENAME, "secret of " + str(one.user), one.business)
        database.owner("update public.appointments set status = 'cancelled' where id = %s", one.appointment)
    count = "select count(*) from private.webhook_deliveries where endpoint = %s and attempts > 0"
    wait_until(lambda: database.owner(count, subscriber.name).fetchone() == (4,))
    end(process)
    with database.as_console() as sql:
        sql("select private.erase_account(%s)", alices.user)
    for table in ("events", "webhook_deliveries"):
        query = f"select distinct user_id from private.{table} where not {table}::text like '%%DELETE%%'"
        assert str(alices.user) not in str(database.owner(query).fetchall()), table
    receiver.start()
    database.owner("update private.webhook_deliveries set next_attempt_at = now() where delivered_at is null")
    worker()
    wait_until(lambda: not subscriber.left())
    assert {event["user"] for event in subscriber.events()} == {str(bobs.user)}


def write(database: Database, business: UUID, count: int, seed: int) -> None:
    chance = random.Random(seed)
    with database.connect(autocommit=False) as connection:
        for turn in range(count):
            connection.execute(RENAME, [f"{seed}: {turn}", business])
            if chance.random() < 0.3:
                time.sleep(chance.random() * 0.01)
            if turn % 20 == 19:
                connection.rollback()
            else:
                connection.commit()


@pytest.mark.parametrize("each", [pytest.param(125, id="quick"), pytest.param(1250, id="slow", marks=pytest.mark.slow)])
def test_a_consumer_that_is_killed_ends_with_the_rows_of_the_database(
    database: Database, receiver: Receiver, worker: Start, each: int
) -> None:
    """Eight writers, a consumer that goes and comes, and workers that are killed in the middle of all."""
    user = database.account("alice@example.com")
    query = "insert into public.business_v2 (user_id, name, business_type) values (%s, 'x', 'retail') returning id"
    businesses = [database.owner(query, user).fetchone()[0] for _ in range(8)]
    subscriber = Subscriber(database, receiver)
    kept: dict[str, tuple[int, str]] = {}
    chance = random.Random(20261130)

    async def keep(received: Received) -> bytes:
        event = json.loads(received.body)
        # The consumer dies before it has the event, or after that but before it answers.
        dies = chance.random()
        if dies < 0.02:
            raise ConnectionError
        if event["position"] > kept.get(event["object_id"], (0, ""))[0]:
            kept[event["object_id"]] = (event["position"], event["object"]["name"])
        if dies < 0.04:
            raise ConnectionError
        return plain("200 OK")

    receiver.answer = keep
    threads = [
        threading.Thread(target=write, args=(database, business, each, seed))
        for seed, business in enumerate(businesses)
    ]
    workers = [worker(), worker()]
    for thread in threads:
        thread.start()
    soon = "update private.webhook_deliveries set next_attempt_at = now() where last_error is not null and delivered_at is null"
    while any(thread.is_alive() for thread in threads):
        time.sleep(1)
        workers.pop(0).kill()
        workers.append(worker())
        receiver.stop()
        time.sleep(0.2)
        receiver.start()
    deadline = time.monotonic() + 60 + each / 5
    while subscriber.left():
        assert time.monotonic() < deadline, subscriber.left()
        # Attempts of killed workers end with their lease, and failed ones after a gap: both would take minutes.
        database.owner(soon)
        database.owner(
            "update private.webhook_deliveries set next_attempt_at = now()"
            " where delivered_at is null and next_attempt_at > now() + interval '10 seconds'"
        )
        time.sleep(0.5)
    rows = database.owner("select id::text, name from public.business_v2").fetchall()
    assert {pk: name for pk, (_, name) in kept.items()} == dict(rows)
    (told,) = database.owner("select count(*) from private.events where type = 'business.updated'").fetchone()
    assert told == 8 * (each - each // 20)
    positions = {event["position"] for event in subscriber.events()}
    assert len(positions) == told
