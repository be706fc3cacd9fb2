"""Test that an owner who is not a superuser stores the figures, with the right to see others and without it."""

import json

from tests.hosted import AUTH, connect, hosted_server, make_database, manage

TAKE = """
import json
from aira.ops.statistics import snapshot
problem, hidden = snapshot.take(), snapshot.why_hidden()
snapshot.sample_lock_waits()
print(json.dumps([str(problem or ""), str(hidden or "")]))
"""
COUNTS = """
    select (select hidden > 0 from private.statement_snapshots order by taken_at desc limit 1),
           (select count(*) > 0 from private.statements where role = 'hosted' and text is not null),
           (select count(*) > 0 from private.statements where role = 'postgres'),
           (select count(*) > 50 from private.relation_sizes), (select count(*) > 10 from private.index_uses)
"""


def test_a_hosted_owner_stores_its_own_statements_and_with_the_right_all() -> None:
    with hosted_server("figures") as cluster:
        make_database(
            cluster, "project", AUTH, "create extension pg_stat_statements schema extensions",
            "grant usage on schema extensions to hosted", owner="hosted",
        )  # fmt: skip
        manage(cluster, "project", "hosted", "migrate", "--verbosity", "0")

        def take() -> tuple[list[str], tuple[bool, ...]]:
            said = manage(cluster, "project", "hosted", "shell", "--no-imports", "--verbosity", "0", "-c", TAKE)
            with connect(cluster, "project") as connection:
                connection.execute("select 1 as by_a_superuser")
                return json.loads(said), connection.execute(COUNTS).fetchone()

        take()
        [problem, hidden], counts = take()
        assert problem == ""
        assert "hosted its own statements and sessions only" in hidden
        assert "grant pg_read_all_stats to hosted" in hidden
        assert counts == (True, True, False, True, True)
        with connect(cluster, "project") as connection:
            connection.execute("grant pg_read_all_stats to hosted")
        assert take() == (["", ""], (False, True, True, True, True))
