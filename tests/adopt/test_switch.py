"""Test that a switch which takes too long lets the services continue, and is tried again."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper

from aira.adopt import AdoptError, switch
from tests.database import Database
from tests.tenant_rows import Rows

KEEP = "create table public.planted (id int)"


class Service(threading.Thread):
    """Change a wallet again and again. Record the slowest call."""

    def __init__(self, database: Database, wallet: object) -> None:
        super().__init__()
        self.database, self.wallet, self.slowest, self.done, self.stopped = database, wallet, 0.0, 0, False

    def run(self) -> None:
        with self.database.connect() as connection:
            while not self.stopped:
                began = time.monotonic()
                connection.execute("update public.wallets set updated_at = now() where id = %s", [self.wallet])
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.done += 1
                time.sleep(0.01)


@pytest.fixture
def service(database: Database, alices: Rows) -> Iterator[Service]:
    service = Service(database, alices.wallet)
    service.start()
    yield service
    service.stopped = True
    service.join()


def one_long_statement(cursor: CursorWrapper) -> None:
    cursor.execute("select pg_catalog.pg_sleep(30)")


def many_short_statements(cursor: CursorWrapper) -> None:
    for _ in range(300):
        cursor.execute("select pg_catalog.pg_sleep(0.05)")


@pytest.mark.parametrize("slow", [one_long_statement, many_short_statements])
def test_a_switch_that_takes_too_long_is_undone_and_succeeds_after_it_caught_up(
    direct: Any, database: Database, service: Service, slow: Callable[[CursorWrapper], None]
) -> None:
    said: list[str] = []
    caught_up: list[float] = []

    def change(cursor: CursorWrapper) -> None:
        cursor.execute(KEEP)
        if not caught_up:
            slow(cursor)

    switch.switch(
        "direct", change, said.append, longest=switch.LONGEST, catch_up=lambda: caught_up.append(time.monotonic())
    )
    assert len(caught_up) == 1
    assert "took more than 1.7 s" in said[0]
    assert said[1].startswith("Switched; the tables were locked for ")
    assert database.owner("select to_regclass('public.planted') is not null").fetchone() == (True,)
    before = service.done
    time.sleep(0.2)
    assert service.done > before
    # It waited for the first attempt. A busy machine is given some time.
    assert 1 < service.slowest < 5


def test_a_switch_that_always_takes_too_long_stops_in_words(direct: Any, database: Database, service: Service) -> None:
    tried = []

    def change(cursor: CursorWrapper) -> None:
        cursor.execute(KEEP)
        tried.append(one_long_statement)
        one_long_statement(cursor)

    with pytest.raises(AdoptError, match=r"more than 0.1 s, 5 times.*Nothing was changed.*Run adopt again"):
        switch.switch("direct", change, lambda said: None, longest=0.1, catch_up=lambda: None)
    assert len(tried) == 5
    assert database.owner("select to_regclass('public.planted')").fetchone() == (None,)
    assert service.slowest < 5


def test_changes_made_while_the_tables_could_not_be_locked_are_caught_up_before_the_next_attempt(
    direct: Any, database: Database
) -> None:
    reader = database.connect(autocommit=False)
    reader.execute("select count(*) from public.documents")
    caught_up = []

    def catch_up() -> None:
        caught_up.append(1)
        if len(caught_up) == 2:
            reader.rollback()

    switch.switch("direct", lambda cursor: None, lambda said: None, longest=switch.LONGEST, catch_up=catch_up)
    assert len(caught_up) == 2
    reader.close()


def test_a_switch_in_place_may_take_its_time(direct: Any) -> None:
    said: list[str] = []
    switch.switch("direct", lambda cursor: cursor.execute("select pg_catalog.pg_sleep(1.9)"), said.append)
    assert float(said[0].split()[-2]) >= 1.9
