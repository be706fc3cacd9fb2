"""Test that the worker stores what explains a slow database, without values, and loses nothing by a reset."""

from typing import Any

import psycopg
import pytest
from django.db import connections

from aira.ops import tasks
from aira.ops.statistics import snapshot
from aira.ops.statistics.figures import newest, read
from tests.database import Database
from tests.ops.test_health import busy
from tests.tenant_rows import Rows

SLOW = "select count(*) from public.documents d where d.file_name = 'menu.pdf'"
SAMPLES = """
    select m.calls from private.statement_samples m join private.statements s on s.id = m.statement_id
    where s.text ~ 'file_name = \\$1' and s.text ~ '^select count' order by m.taken_at
"""


@pytest.fixture
def watched(database: Database, direct: Any, in_its_database: Any) -> Database:
    """Provide a database with a first snapshot."""
    assert snapshot.take() is None
    return database


def ask(database: Database, times: int) -> None:
    for _ in range(times):
        database.owner(SLOW)


def samples(database: Database) -> list[int]:
    return [calls for (calls,) in database.owner(SAMPLES).fetchall()]


def test_each_snapshot_stores_what_was_used_since_the_one_before(watched: Database) -> None:
    ask(watched, 3)
    snapshot.take()
    ask(watched, 2)
    snapshot.take()
    snapshot.take()
    assert samples(watched) == [3, 2]
    [found] = [one for one in read("ranking", days=1, order="total") if "file_name = $1" in (one["text"] or "")]
    assert (found["calls"], found["command"], found["calls_before"]) == (5, "SELECT", None)
    assert 0 < found["share"] < 1


def test_the_first_snapshot_counts_nothing_of_the_time_before(database: Database, direct: Any) -> None:
    ask(database, 3)
    snapshot.take()
    assert database.owner("select count(*) from private.statements").fetchone()[0] > 0
    assert samples(database) == []


def test_two_snapshots_at_once_count_once(watched: Database) -> None:
    ask(watched, 2)
    with watched.connect(autocommit=False) as other:
        other.execute("select pg_advisory_xact_lock(hashtext('private.statements'))")
        snapshot.take()
        assert samples(watched) == []
    tasks.take_statistics(0)
    assert samples(watched) == [2]


@pytest.mark.parametrize("forgotten", ["all", "one"])
def test_a_reset_never_gives_a_negative_figure(watched: Database, forgotten: str) -> None:
    ask(watched, 5)
    snapshot.take()
    if forgotten == "all":
        watched.owner("select extensions.pg_stat_statements_reset()")
    else:
        watched.owner(
            "select extensions.pg_stat_statements_reset(p.userid, p.dbid, p.queryid) from extensions.pg_stat_statements p"
            " where p.query ~ 'file_name = ' and p.query !~ 'pg_stat'"
        )
    ask(watched, 2)
    snapshot.take()
    assert samples(watched) == [5, 2]
    least = "select least(min(calls), min(exec_ms), min(rows), min(blocks_read)) from private.statement_samples"
    assert watched.owner(least).fetchone()[0] >= 0


@pytest.mark.parametrize("change", ["database_oid = 1", "taken_at = taken_at - interval '2 hours'"])
def test_a_snapshot_of_another_server_or_time_is_not_compared(watched: Database, change: str) -> None:
    """After a dump and restore, the rows of the old server are there and harmless."""
    watched.owner(f"update private.statement_snapshots set {change}")
    ask(watched, 4)
    snapshot.take()
    assert samples(watched) == []
    ask(watched, 1)
    snapshot.take()
    assert samples(watched) == [1]


def test_statements_of_other_databases_are_left_out(watched: Database, server: Any) -> None:
    with psycopg.connect(server.owner, autocommit=True) as elsewhere:
        elsewhere.execute("select 41 + 1 as only_elsewhere")
    snapshot.take()
    assert watched.owner("select 1 from private.statements where text ~ 'only_elsewhere'").fetchone() is None


@pytest.mark.parametrize(
    "statement",
    [
        "create role planted password 'hunter2'",
        "set application_name = 'hunter2'",
        "select 1 as a /* hunter2 */",
        "select 1 as b -- hunter2",
        "/* hunter2 */ select 1 as c",
        "do $$ begin perform 'hunter2'; end $$",
        "values ('hunter2')",
        "select 'hunter2' as d",
        "select $$hunter2$$ as e",
        "copy (select 'hunter2') to stdout",
    ],
)
@pytest.mark.changes_server
def test_no_value_of_a_statement_is_stored(watched: Database, statement: str) -> None:
    try:
        with watched.connect() as connection:
            if statement.startswith("copy"):
                with connection.cursor().copy(statement) as copied:
                    list(copied)
            else:
                connection.execute(statement)
        snapshot.take()
        for table in ("statements", "statement_samples", "lock_waits"):
            assert watched.owner(f"select 1 from private.{table} t where t::text ~ 'hunter2'").fetchone() is None
    finally:
        if "role" in statement:
            watched.owner("drop role planted")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("select a from b where c = $1 limit $2", True),
        ("with x as (select $1) select * from x where y in ($2 /*, ... */)", True),
        ("select a::numeric(12,2), row_number() over () from b order by 1", True),
        ("select a from b where phone = 'x'", False),
        ("select a from b where phone = $$x$$", False),
        ("select a from b where phone = $t$x$t$", False),
        ("select a from b where phone = 14155550101", False),
        ("vacuum analyze", False),
    ],
)
def test_a_text_that_was_not_normalised_is_not_stored(watched: Database, text: str, kept: bool) -> None:
    """pg_stat_statements shows values of a statement that it evicted while it ran. Such a text can't be provoked here."""
    stored = snapshot.query("texts").replace("extensions.pg_stat_statements(true)", "(select * from private.shown)")
    watched.owner(
        "create table private.shown as select p.userid, p.dbid, p.toplevel, 42::bigint as queryid, null::text as query"
        " from extensions.pg_stat_statements p where p.dbid = (select oid from pg_database where datname = current_database())"
        " and p.toplevel limit 1"
    )
    watched.owner("update private.shown set query = %s", text)
    watched.owner(
        "insert into private.statements (role, queryid, calls, exec_ms, rows, blocks_read, temp_blocks)"
        " select r.rolname, 42, 1, 1, 1, 0, 0 from private.shown s join pg_roles r on r.oid = s.userid"
    )
    watched.owner(stored)
    found = watched.owner("select command, text from private.statements where queryid = 42").fetchone()
    assert found == (text.split()[0].upper(), text if kept else None)


def test_a_role_without_the_right_is_told_what_it_lacks(watched: Database) -> None:
    watched.owner("grant usage on schema extensions to console")
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from extensions.pg_stat_statements p where p.queryid is null")
        assert cursor.fetchone()[0] > 0
    gap = snapshot.why_hidden("default")
    assert gap is not None
    assert "<insufficient privilege>" in gap.text
    assert gap.todo == "Run: grant pg_read_all_stats to console."
    assert snapshot.why_hidden("direct") is None


@pytest.mark.parametrize(
    ("change", "text", "todo"),
    [
        ("drop extension pg_stat_statements", "is missing", "shared_preload_libraries"),
        ("alter extension pg_stat_statements set schema public", "in the schema public", "set schema extensions"),
        ("alter database {} set pg_stat_statements.track = none", "Statements are not counted", "Set it to top"),
    ],
)
def test_without_statements_the_other_figures_are_stored(
    database: Database, direct: Any, change: str, text: str, todo: str
) -> None:
    database.owner(change.format(database.name))
    connections["direct"].close()
    gap = snapshot.take()
    assert gap is not None
    assert text in gap.text
    assert todo in gap.todo
    assert database.owner("select count(*) from private.statement_snapshots").fetchone()[0] == 0
    assert database.owner("select count(*) from private.relation_sizes").fetchone()[0] > 50
    assert database.owner("select count(*) from private.index_uses").fetchone()[0] > 10


def test_a_lock_wait_names_both_sides_without_their_values(watched: Database, alices: Rows) -> None:
    with watched.connect(autocommit=False) as holder:
        holder.execute("lock table public.documents")
        with busy(watched, "select count(*) from public.documents where file_name = 'hunter2'"):
            snapshot.sample_lock_waits()
    [found] = read("waits", days=1)
    assert (found["locked"], found["mode"], found["seen"]) == ("public.documents", "AccessShareLock", 1)
    assert (found["blocked"], found["blocking"], found["blocking_state"]) == ("SELECT", "LOCK", "idle in transaction")
    assert found["longest"] >= 0
    assert watched.owner("select 1 from private.lock_waits w where w::text ~ 'hunter2'").fetchone() is None


def test_a_wait_for_a_row_names_its_table(watched: Database, alices: Rows) -> None:
    change = "update public.wallets set is_active = is_active where user_id = %s"
    with watched.connect(autocommit=False) as holder:
        holder.execute(change, [alices.user])
        with busy(watched, change.replace("%s", f"'{alices.user}'")):
            snapshot.sample_lock_waits()
    assert [(one["locked"], one["blocked"]) for one in read("waits", days=1)] == [("a row of public.wallets", "UPDATE")]


def test_growth_compares_days_and_a_day_is_stored_once(watched: Database) -> None:
    watched.owner("update private.relation_sizes set day = day - 1")
    watched.owner("create table private.grows as select g, repeat('x', 100) as x from generate_series(1, 1000) g")
    snapshot.take()
    watched.owner("insert into private.grows select g, repeat('x', 100) from generate_series(1, 10000) g")
    snapshot.take()
    found = {one["name"]: one for one in read("growth")}
    assert found["private.grows"]["in_a_day"] is None
    assert 100_000 < found["private.grows"]["bytes"] < 300_000, "today's size stays"
    watched.owner("update private.relation_sizes set bytes = bytes - 4096 where day < current_date")
    assert max(one["in_a_day"] or 0 for one in read("growth")) >= 4096


def test_partitions_count_with_their_table(watched: Database) -> None:
    names = {name for (name,) in watched.owner("select name from private.relation_sizes").fetchall()}
    assert "audit.events" in names
    assert not any(name.startswith("audit.events_2") for name in names)


def test_an_unused_index_survives_a_reset_of_the_statistics(watched: Database, alices: Rows) -> None:
    watched.owner("create table private.pairs as select g as a, g as b from generate_series(1, 5000) g")
    watched.owner("create index pairs_a on private.pairs (a)")
    watched.owner("create index pairs_b on private.pairs (b)")
    watched.owner("analyze private.pairs")
    snapshot.take()
    watched.owner("update private.index_uses set watched_since = now() - interval '40 days' where name ~ 'pairs'")
    use(watched, "a")
    snapshot.take()
    assert unused() == {"private.pairs_b"}
    for (name,) in watched.owner("select indexrelid from pg_stat_user_indexes where relname = 'pairs'").fetchall():
        watched.owner("select pg_stat_reset_single_table_counters(%s::oid)", name)
    snapshot.take()
    assert unused() == {"private.pairs_b"}
    watched.owner("update private.index_uses set used_at = now() - interval '3 days' where name = 'private.pairs_a'")
    assert unused() == {"private.pairs_a", "private.pairs_b"}
    use(watched, "a")
    snapshot.take()
    assert unused() == {"private.pairs_b"}
    watched.owner("drop index private.pairs_b")
    snapshot.take()
    assert unused() == set()


def use(database: Database, column: str) -> None:
    with database.connect() as connection:
        connection.execute("set enable_seqscan = off")
        connection.execute(f"select * from private.pairs where {column} = 5").fetchall()


def unused() -> set[str]:
    return {one["name"] for one in read("unused") if one["name"].startswith("private.pairs")}


def test_old_figures_are_removed(watched: Database) -> None:
    ask(watched, 1)
    snapshot.take()
    watched.owner("update private.statement_samples set taken_at = taken_at - interval '15 days'")
    watched.owner("update private.statement_snapshots set taken_at = taken_at - interval '15 days'")
    watched.owner("update private.relation_sizes set day = day - 100")
    watched.owner(
        "insert into private.lock_waits (at, locked, mode, waited_seconds, blocked_role)"
        " values (now() - interval '15 days', 'x', 'x', 1, 'x')"
    )
    snapshot.take()
    assert samples(watched) == []
    [counts] = watched.owner(
        "select (select count(*) from private.statement_snapshots), (select count(*) from private.lock_waits),"
        " (select count(distinct day) from private.relation_sizes)"
    ).fetchall()
    assert counts == (1, 0, 1)


def test_the_newest_snapshot_tells_what_it_lacks(watched: Database) -> None:
    found = newest()
    assert found is not None
    assert (found.hidden, found.evicted) == (0, 0)
    assert found.statements > 0
