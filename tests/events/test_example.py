"""The example of the guide keeps the newest state of each object."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aira.events.subscriptions import new_secret
from aira.outbox.signing import Signer
from docs.examples.event_receiver import Store


@pytest.fixture
def secret() -> str:
    return new_secret()


def send(store: Store, secret: str, **event: Any) -> int:
    body = json.dumps({"type": "business.updated", "object_id": "b", **event})
    return store.receive(body.encode(), Signer([secret]).headers(uuid4(), datetime.now(UTC), body))


def test_the_newest_event_wins_in_any_order(tmp_path: Path, secret: str) -> None:
    store = Store(str(tmp_path / "events.db"), secret)
    for position, name in ((5, "b"), (9, "c"), (2, "a"), (9, "c")):
        assert send(store, secret, position=position, object={"name": name}) == 204
    assert store.database.execute("select position, object from objects").fetchall() == [(9, '{"name": "c"}')]


def test_a_forged_event_is_refused(tmp_path: Path, secret: str) -> None:
    store = Store(str(tmp_path / "events.db"), secret)
    assert send(store, new_secret(), position=1, object={}) == 401
    assert store.database.execute("select count(*) from objects").fetchone() == (0,)


def test_a_ping_is_accepted_and_not_kept(tmp_path: Path, secret: str) -> None:
    store = Store(str(tmp_path / "events.db"), secret)
    assert send(store, secret, type="test.ping", position=None, object={}) == 204
    assert store.database.execute("select count(*) from objects").fetchone() == (0,)
