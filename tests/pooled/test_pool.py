"""Test psycopg's own pool without a pooler: it uses few connections, and no client ever acts as another."""

import tempfile
import threading

from tests.api.running import Running
from tests.command import manage
from tests.database import Database

# The size of the pool in each of the two processes.
SIZE = 2


def test_twenty_four_clients_share_four_connections_and_each_write_names_its_key(database: Database) -> None:
    with tempfile.TemporaryFile() as log:
        running = Running.start(database, log, DATABASE_POOL=str(SIZE))
        try:
            keys = [f"tool {n}" for n in range(4)]
            clients = [running.client(running.secret(key), **{"X-Reason": key}) for key in keys]
            user = str(running.alices.user)
            answers: list[int] = []
            most: list[int] = []

            def write(n: int) -> None:
                client = clients[n % len(clients)]
                for m in range(2):
                    made = client.post(
                        "/businesses/", json={"user": user, "name": f"{keys[n % 4]} {n} {m}", "business_type": "retail"}
                    )
                    # A refused request leaves no settings, either.
                    refused = client.post("/businesses/", json={"user": user, "name": " ", "business_type": "retail"})
                    answers.extend([made.status_code, refused.status_code])

            threads = [threading.Thread(target=write, args=(n,)) for n in range(24)]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                [used] = database.owner(
                    "select count(*) from pg_stat_activity where datname = current_database() and usename = 'console'"
                ).fetchone()  # type: ignore[misc]
                most.append(used)
                threads[0].join(0.02)
            for thread in threads:
                thread.join()
            assert sorted(answers) == [201] * 48 + [400] * 48, running.said()
            assert 2 <= max(most) <= 2 * SIZE
            named = database.owner(
                "select count(*) filter (where actor_name like '%%' || reason || '%%'), count(distinct reason), count(*)"
                " from audit.events where table_name = 'business_v2' and verb = 'insert' and actor_kind = 'api_key'"
                " and after ->> 'name' like reason || ' %%'",
            ).fetchone()
            assert named == (48, 4, 48)
        finally:
            running.stop()


def test_an_invalid_size_stops_the_start(database: Database) -> None:
    said = manage(database, "check", DATABASE_POOL="many")
    assert said.returncode == 1
    assert "DATABASE_POOL must be a whole number from 1 to 10000, not 'many'" in said.stderr
