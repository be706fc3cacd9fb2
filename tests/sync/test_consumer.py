"""A consumer that is killed and restarted at random ends with exactly our rows, by `updated_since` alone."""

import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aira.embedded import PROJECT
from tests.api.running import Running
from tests.database import Database

WRITERS = 8


class Consumer:
    """The example of the guide as a process of its own."""

    def __init__(self, site: Running, key: str, file: Path) -> None:
        self.site, self.key, self.file = site, key, file
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        address = f"{self.site.url}/api/v1/businesses/"
        script = PROJECT / "docs/examples/sync_copy.py"
        self.process = subprocess.Popen(
            [sys.executable, script, address, "--file", self.file, *options],
            env={**os.environ, "AIRA_KEY": self.key},
            stderr=subprocess.PIPE,
        )
        return self.process

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()

    def catch_up(self) -> None:
        process = self.start()
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()

    def rows(self) -> dict[str, dict[str, Any]]:
        with contextlib.closing(sqlite3.connect(self.file)) as copy:
            found = copy.execute("select id, row from rows").fetchall()
        return {pk: json.loads(row) for pk, row in found}


@pytest.fixture
def consumer(site: Running, tmp_path: Path) -> Iterator[Consumer]:
    consumer = Consumer(site, site.secret(f"consumer {tmp_path.name}", "businesses:read"), tmp_path / "copy.db")
    yield consumer
    consumer.kill()


def write(database: Database, user: UUID, count: int, seed: int) -> None:
    """Add, change, trash, restore and remove businesses. Commit after a random time, and sometimes not at all."""
    chance = random.Random(seed)
    own: list[UUID] = []
    insert = "insert into public.business_v2 (user_id, name, business_type) values (%s, %s, 'retail') returning id"
    with database.connect(autocommit=False) as connection:
        for turn in range(count):
            name = f"{seed}: {turn}"
            dice = chance.random()
            made = None
            if len(own) < 3 or dice < 0.1:
                made = connection.execute(insert, [user, name]).fetchone()[0]
            elif dice < 0.2:
                # The first time it goes to the trash, the second time it is removed permanently.
                connection.execute("delete from public.business_v2 where id = %s", [chance.choice(own)])
            elif dice < 0.3:
                connection.execute(
                    "update public.business_v2 set deleted_at = null where id = %s", [chance.choice(own)]
                )
            else:
                connection.execute("update public.business_v2 set name = %s where id = %s", [name, chance.choice(own)])
            if chance.random() < 0.3:
                time.sleep(chance.random() * 0.02)
            if turn % 20 == 19:
                connection.rollback()
            else:
                connection.commit()
                own += [made] if made else []


@pytest.mark.parametrize("each", [pytest.param(40, id="quick"), pytest.param(1800, id="slow", marks=pytest.mark.slow)])
def test_a_consumer_that_is_killed_at_random_ends_with_our_rows(site: Running, consumer: Consumer, each: int) -> None:
    database, chance = site.database, random.Random(20261201)
    users = [database.account(f"writer{seed}@{each}.example.com") for seed in range(WRITERS)]
    threads = [threading.Thread(target=write, args=(database, user, each, seed)) for seed, user in enumerate(users)]
    # A forgotten transaction, which is older than all others and ends in the middle of a later round.
    forgotten = database.connect(autocommit=False)
    forgotten.execute("update public.business_v2 set name = 'late' where id = %s", [site.alices.business])
    for thread in threads:
        thread.start()
    kills = 0
    while kills < 2 or any(thread.is_alive() for thread in threads):
        consumer.start("--every", "0.05")
        time.sleep(0.4 + chance.random())
        consumer.kill()
        kills += 1
    consumer.catch_up()
    assert consumer.rows()[str(site.alices.business)]["name"] != "late"
    forgotten.commit()
    forgotten.close()
    consumer.catch_up()
    ours = database.owner("select id::text, name, user_id::text, deleted_at is null from public.business_v2").fetchall()
    theirs = [(pk, row["name"], row["user"], row["deleted_at"] is None) for pk, row in consumer.rows().items()]
    assert sorted(theirs) == sorted(ours)
    assert consumer.rows()[str(site.alices.business)]["name"] == "late"
    (told,) = database.owner("select count(*) from audit.events where table_name = 'business_v2'").fetchone()
    # Some changes change nothing, or are rolled back. The slow form tells of over 10,000.
    assert told > WRITERS * each * 0.7
