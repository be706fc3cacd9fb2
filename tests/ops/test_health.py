"""Test that each planted fault is named, and that a clean database has none."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from aira import advisor
from aira.ops import health as package
from aira.ops.health import BESIDE_SQL, Outcome, checks, health, processes
from aira.version import VERSION
from tests.command import CONFIGURED, manage
from tests.database import Database
from tests.killable import KillableServer
from tests.tenant_rows import Rows, populate

Plant = Callable[[Database, Rows], Any]
NOW = datetime.now(UTC)
# Report statements of any length.
AT_ONCE = (0.0, None)


def statement(query: str, *names: str) -> Plant:
    """Run a statement with the ids of the named rows."""

    def plant(database: Database, rows: Rows) -> None:
        database.owner(query, *(getattr(rows, name) for name in names))

    return plant


def without_triggers(table: str, query: str, *names: str) -> Plant:
    """Run a statement as the owner of the table."""

    def plant(database: Database, rows: Rows) -> None:
        database.owner(f"alter table {table} disable trigger user")
        database.owner(query, *(getattr(rows, name) for name in names))
        database.owner(f"alter table {table} enable trigger user")

    return plant


def next_month() -> str:
    year, month = divmod(NOW.year * 12 + NOW.month, 12)
    return f"{year}_{month + 1:02}"


BACKUP = (
    "insert into console.backups (file, taken_at, duration, rows, size, sha256)"
    " values ('a.dump', now() - interval '{}', '1 s', 1, 1, '')"
)
DRILL = (
    "insert into console.restore_drills (at, file, restored_in, lost, rows, problems)"
    " values (now() - interval '{}', 'a.dump', '1 s', '1 s', 1, '{}')"
)
WORKER = (
    "insert into console.worker_processes (id, host, pid, version, parts, started_at, seen_at, looped_at) values"
    " (gen_random_uuid(), 'a', 1, '{version}', '{{{parts}}}', now() - interval '2 days', now() - interval '{seen}',"
    " now() - interval '{looped}')"
)


def worker(parts: str = "dispatcher,jobs", seen: str = "5 s", looped: str = "5 s", version: str = VERSION) -> Plant:
    return statement(WORKER.format(parts=parts, seen=seen, looped=looped, version=version))


def setting(text: str) -> Plant:
    """A setting of the database, as an operator could write it by mistake."""

    def plant(database: Database, rows: Rows) -> None:
        database.owner(f"alter database {database.name} set {text}")
        # The check reads settings as a new session has them.
        connections["direct"].close()

    return plant


PLANTED: dict[str, tuple[str, Plant]] = {
    "a worker that died": ("workers", worker(seen="3 minutes")),
    "a dispatcher that died while jobs run": (
        "workers",
        lambda database, rows: [worker("jobs")(database, rows), worker("dispatcher", seen="3 minutes")(database, rows)],
    ),
    "a dispatcher that is stuck": ("workers", worker(looped="3 minutes")),
    "a worker of an older release": ("workers", worker(version="0.0.1")),
    "a periodic job that nobody runs": ("periodic_jobs", worker(looped="5 s")),
    "commits that do not wait for the disk": ("server_settings", setting("synchronous_commit = off")),
    "names that mean other objects": ("role_setting", setting("search_path = public")),
    "rights of tables that will be made": (
        "default_privilege",
        statement("alter default privileges in schema private grant select on tables to service_role"),
    ),
    "a rule on a table": (
        "rewrite_rule",
        statement("create rule planted as on delete to public.wallets do instead nothing"),
    ),
    "an event trigger": (
        "event_trigger",
        statement(
            "create function private.noted() returns event_trigger language plpgsql set search_path = '' as"
            " $$ begin end $$; create event trigger noted on sql_drop execute function private.noted()"
        ),
    ),
    "a publication of staff accounts": (
        "publication_exposes",
        statement("create publication planted for table console.staff_users"),
    ),
    "a server elsewhere": (
        "foreign_server",
        statement("create foreign data wrapper w; create server s foreign data wrapper w"),
    ),
    "an extension in a schema of ours": (
        "extension_misplaced",
        statement("alter extension btree_gist set schema private"),
    ),
    "a collation of an older system": (
        "collation_versions",
        statement("update pg_database set datcollversion = '0.1' where datname = current_database()"),
    ),
    "a backup that is too old": ("backup_age", statement(BACKUP.format("27 hours"))),
    "a backup that nobody restored": ("drill_age", statement(BACKUP.format("9 days"))),
    "a drill that is long ago": (
        "drill_age",
        lambda database, rows: [
            database.owner(query) for query in (BACKUP.format("1 hour"), DRILL.format("9 days", "[]"))
        ],
    ),
    "damage that the nightly run found": (
        "integrity",
        statement(
            "insert into console.integrity_runs (duration, faults, looked_at, not_looked_at)"
            """ values ('1 s', '[{"part": "orphans", "subject": "x", "detail": "y", "count": 1}]', '{}', '{}')"""
        ),
    ),
    "a night without a run": (
        "integrity_age",
        statement(
            "insert into console.integrity_runs (at, duration, faults, looked_at, not_looked_at)"
            " values (now() - interval '2 days', '1 s', '[]', '{}', '{}')"
        ),
    ),
    "a drill that failed": ("failed_drill", statement(DRILL.format("1 hour", '["gone"]'))),
    # Maps the check or lint that names a fault to the statements that cause it.
    "a partition of this month that is missing": (
        "partitions",
        statement(f"drop table private.delivery_attempts_{NOW:%Y_%m}"),
    ),
    "a partition of next month that is missing": ("partitions", statement(f"drop table audit.events_{next_month()}")),
    "a dead delivery": (
        "dead_deliveries",
        statement("update private.webhook_deliveries set next_attempt_at = null where record_id = %s", "document"),
    ),
    "a delivery that nobody sends": (
        "late_deliveries",
        statement(
            "with e as (insert into private.service_endpoints (name, base_url) values ('kb_updater', 'https://kb.example')"
            " on conflict do nothing) update private.webhook_deliveries set next_attempt_at = now() - interval '2 hours'"
        ),
    ),
    "an event that nobody passes on": (
        "late_events",
        statement(
            "with e as (insert into private.service_endpoints (name, base_url) values ('subscription:1', 'https://x.example')),"
            " s as (insert into private.webhook_subscriptions (endpoint_id, types, secret, made_by)"
            "       values ('subscription:1', array['*'], 'x', 'x'))"
            " update private.events set at = now() - interval '2 hours'"
        ),
    ),
    "an endpoint on hold": (
        "held_endpoints",
        statement(
            "insert into private.service_endpoints (name, base_url, held_at, held_reason)"
            " values ('kb_updater', 'https://kb.example', now(), 'x')"
            " on conflict (name) do update set held_at = now(), held_reason = 'x'"
        ),
    ),
    "a balance that its entries do not add up to": (
        "ledger",
        without_triggers("public.wallets", "update public.wallets set balance_usd = 9999 where id = %s", "wallet"),
    ),
    "a document that is processing for hours": (
        "stuck_documents",
        without_triggers(
            "public.documents",
            "update public.documents set processing_status = 'processing',"
            " processing_started_at = now() - interval '5 hours' where id = %s",
            "document",
        ),
    ),
    "a document that was processing when its database was adopted": (
        "stuck_documents",
        without_triggers(
            "public.documents",
            "update public.documents set processing_status = 'processing', processing_started_at = null,"
            " updated_at = now() - interval '5 hours' where id = %s",
            "document",
        ),
    ),
    "analytics of yesterday": (
        "analytics_age",
        statement(
            "insert into private.analytics_refreshes (view_name, refreshed_at) values ('daily_revenue', now() - interval '1 day')"
            " on conflict (view_name) do update set refreshed_at = now() - interval '1 day'"
        ),
    ),
    "a job that failed": (
        "failed_jobs",
        statement(
            "with j as (insert into jobs.procrastinate_jobs (queue_name, task_name, status, args)"
            " values ('default', 'planted', 'failed', '{}') returning id)"
            " insert into jobs.procrastinate_events (job_id, type) select id, 'failed' from j"
        ),
    ),
    "a job that nobody runs": (
        "late_jobs",
        statement(
            "insert into jobs.procrastinate_jobs (queue_name, task_name, status, args, scheduled_at)"
            " values ('default', 'planted', 'todo', '{}', now() - interval '1 hour')"
        ),
    ),
    "a key that runs out": (
        "int_keys",
        statement(
            "create table private.planted (id integer generated always as identity primary key);"
            " select setval('private.planted_id_seq', 1900000000)"
        ),
    ),
    "a policy that was dropped": (
        "grant_without_policy",
        statement("drop policy documents_update_kb_updater on public.documents"),
    ),
    "row security that is off": ("rls_disabled", statement("alter table public.wallets disable row level security")),
    "a trigger that is disabled": (
        "trigger_disabled",
        statement("alter table public.documents disable trigger user"),
    ),
    "an index that is not valid": (
        "invalid_index",
        statement("update pg_index set indisvalid = false where indexrelid = 'public.idx_documents_user_id'::regclass"),
    ),
    "an index twice": ("duplicate_index", statement("create index planted on public.documents (user_id)")),
    "a constraint that was never checked": (
        "constraint_not_validated",
        statement("alter table public.wallets add constraint planted check (is_active) not valid"),
    ),
    "a table in the open": ("unlisted_in_public", statement("create table public.planted (id integer primary key)")),
    "a right that was given away": (
        "money_writable",
        statement("grant update (balance_usd) on public.wallets to service_role"),
    ),
}


@pytest.fixture
def clean(database: Database, direct: Any, settings: Any) -> Database:
    for name, value in CONFIGURED.items():
        setattr(settings, name, value)
    return database


def named(outcomes: list[Outcome]) -> dict[str, str]:
    """Return each problem with its level."""
    return {outcome.name: outcome.level for outcome in outcomes if outcome.level in ("warn", "critical")}


@pytest.mark.judges_server
def test_a_clean_database_has_no_problems(clean: Database) -> None:
    populate(clean, "alice@example.com", phone="+14155550101")
    outcomes = health()
    assert named(outcomes) == {}
    assert {outcome.name for outcome in outcomes} == {check.name for check in checks()} | {
        "advisor",
        "settings",
        *BESIDE_SQL,
    }
    for outcome in outcomes:
        assert not outcome.note or outcome.name == "slow_statements", outcome


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_named(clean: Database, fault: str) -> None:
    name, plant = PLANTED[fault]
    rows = populate(clean, "alice@example.com", phone="+14155550101")
    before = named(health())
    plant(clean, rows)
    found = {outcome.name: outcome for outcome in health()}
    assert name not in before
    assert named(list(found.values())).get(name), fault
    assert found[name].hint
    assert found[name].problems


@contextlib.contextmanager
def busy(database: Database, *queries: str) -> Iterator[psycopg.Connection[Any]]:
    """Open a session that ran the first statements and is running the last one in a thread."""
    connection = database.connect()
    try:
        for query in queries[:-1]:
            connection.execute(query)
        thread = threading.Thread(target=run_until_cancelled, args=(connection, queries[-1]))
        thread.start()
        time.sleep(0.3)
        yield connection
        connection.cancel_safe()
        thread.join(timeout=10)
    finally:
        connection.close()


def run_until_cancelled(connection: psycopg.Connection[Any], query: str) -> None:
    with contextlib.suppress(psycopg.errors.QueryCanceled):
        connection.execute(query)


def test_an_idle_transaction_and_a_long_one_are_named(clean: Database) -> None:
    with clean.connect(autocommit=False) as connection:
        connection.execute("select 1")
        pid = connection.info.backend_pid
        limits: dict[str, tuple[float | None, float | None]] = dict.fromkeys(
            ("idle_in_transaction", "long_transactions"), AT_ONCE
        )
        found = health(only=limits, thresholds=limits)
        assert named(found) == dict.fromkeys(limits, "warn")
        for outcome in found:
            assert f"process {pid}" in {problem.subject for problem in outcome.problems}
        assert named(health(only=limits)) == {}


def test_a_long_statement_is_named(clean: Database) -> None:
    with busy(clean, "select pg_sleep(30)") as connection:
        [outcome] = health(only=["long_queries"], thresholds={"long_queries": (0.1, 3600)})
        assert f"process {connection.info.backend_pid}" in {problem.subject for problem in outcome.problems}
        assert outcome.level == "warn"


def test_a_blocked_session_is_named_with_its_blocker(clean: Database) -> None:
    with clean.connect(autocommit=False) as holder:
        holder.execute("lock table public.documents")
        with busy(clean, "select count(*) from public.documents") as waiter:
            [outcome] = health(only=["blocked"], thresholds={"blocked": (None, 0.1)})
            [problem] = outcome.problems
            assert outcome.level == "critical"
            assert problem.subject == f"process {waiter.info.backend_pid}"
            assert f"waits for {holder.info.backend_pid}" in problem.detail


def test_dead_rows_are_named(clean: Database) -> None:
    clean.owner("create table console.planted (id integer) with (autovacuum_enabled = off)")
    clean.owner("insert into console.planted select generate_series(1, 12000)")
    clean.owner("update console.planted set id = id")
    clean.owner("select pg_stat_force_next_flush()")
    [outcome] = health(only=["dead_tuples"])
    assert outcome.level == "warn"
    assert [problem.subject for problem in outcome.problems] == ["console.planted"]


def test_an_unused_index_is_named_if_others_of_its_table_are_used(clean: Database) -> None:
    clean.owner("create table private.planted as select n, n as other from generate_series(1, 1000) n")
    clean.owner("create index used on private.planted (n)")
    clean.owner("create index unused on private.planted (other)")
    clean.owner("create unique index keeps_a_rule on private.planted (other, n)")
    limits: dict[str, tuple[float | None, float | None]] = {"unused_indexes": AT_ONCE}
    assert "private.unused" not in {problem.subject for problem in health(only=limits, thresholds=limits)[0].problems}
    clean.owner("set enable_seqscan = off")
    clean.owner(
        "do $$ declare v integer; begin for i in 1..10001 loop"
        " select p.n into v from private.planted p where p.n = i; end loop; end $$"
    )
    clean.owner("select pg_stat_force_next_flush()")
    [outcome] = health(only=limits, thresholds=limits)
    assert [problem.subject for problem in outcome.problems if "planted" in problem.detail] == ["private.unused"]
    assert health(only=limits)[0].level == "ok", "small ones cost little"


@pytest.mark.changes_server
def test_a_slot_that_keeps_wal_without_a_reader_is_named(clean: Database) -> None:
    slot = f"planted_{clean.name[-12:]}"
    clean.owner("select pg_create_physical_replication_slot(%s, true)", slot)
    try:
        [outcome] = health(only=["slot_wal"], thresholds={"slot_wal": AT_ONCE})
        assert slot in {problem.subject for problem in outcome.problems}
        assert any("no client reads it" in problem.detail for problem in outcome.problems)
    finally:
        clean.owner("select pg_drop_replication_slot(%s)", slot)


@pytest.mark.parametrize("name", ["connections", "xid_age"])
def test_figures_that_every_server_has_are_measured(clean: Database, name: str) -> None:
    [outcome] = health(only=[name], thresholds={name: (0, None)})
    assert outcome.problems
    assert all(problem.value is not None and 0 <= problem.value < 100 for problem in outcome.problems)


@pytest.mark.slow
def test_a_slow_statement_is_named_or_the_missing_setting_is(clean: Database) -> None:
    for _ in range(21):
        clean.owner("select pg_sleep(0.501)")
    [outcome] = health(only=["slow_statements"], thresholds={"slow_statements": (500, None)})
    if outcome.level == "unknown":
        assert "shared_preload_libraries" in outcome.note
    else:
        assert any("pg_sleep" in problem.detail for problem in outcome.problems)


def test_a_check_without_permission_does_not_stop_the_others(clean: Database, monkeypatch: Any) -> None:
    broken = package.Check("broken", "Broken", "", "", "select * from private.no_such_table", critical=0)
    monkeypatch.setattr(package, "checks", lambda: (broken, *checks()))
    outcomes = {outcome.name: outcome for outcome in health(only=["broken", "ledger"])}
    assert outcomes["broken"].level == "unknown"
    assert "no_such_table" in outcomes["broken"].note
    assert outcomes["ledger"].level == "ok"


def test_the_hint_for_a_missing_month_creates_it_in_every_table(clean: Database) -> None:
    clean.owner(f"drop table private.delivery_attempts_{NOW:%Y_%m}, audit.events_{next_month()}")
    [outcome] = health(only=["partitions"])
    assert (outcome.level, len(outcome.problems)) == ("critical", 2)
    call_command("migrate", database="direct", verbosity=0)
    assert outcome.hint.startswith("Run manage.py migrate")
    assert health(only=["partitions"])[0].level == "ok"


@pytest.mark.parametrize("value", ["null", "'far'"])
def test_a_check_whose_value_is_not_a_number_does_not_stop_the_others(
    clean: Database, monkeypatch: Any, value: str
) -> None:
    odd = package.Check("odd", "Odd", "", "", f"select 'x', {value}, ''", critical=0)
    monkeypatch.setattr(package, "checks", lambda: (odd, *checks()))
    outcomes = {outcome.name: outcome for outcome in health(only=["odd", "ledger"])}
    assert outcomes["odd"].level == "unknown"
    assert outcomes["odd"].note.startswith("the value of x is not a number: ")
    assert outcomes["ledger"].level == "ok"


def test_a_check_ends_at_the_callers_timeout(clean: Database, monkeypatch: Any) -> None:
    slow = package.Check("slow", "Slow", "", "", "select 'x', 1, '' from pg_sleep(10)", critical=1)
    monkeypatch.setattr(package, "checks", lambda: (slow,))
    began = time.monotonic()
    [outcome] = health(only=["slow"], patience="100ms")
    assert (outcome.level, "statement timeout" in outcome.note) == ("unknown", True)
    assert time.monotonic() - began < 5


def test_checks_change_nothing_and_leave_no_settings(clean: Database, direct: Any) -> None:
    with direct.cursor() as cursor:
        cursor.execute("show search_path")
        before = cursor.fetchone()
        health()
        cursor.execute("show search_path")
        assert cursor.fetchone() == before
        cursor.execute("create table console.still_writable (id integer)")


def test_each_check_has_an_explanation_and_a_unique_name() -> None:
    names = [check.name for check in checks()] + [lint.name for lint in advisor.lints()]
    assert len(names) == len(set(names))
    for check in checks():
        assert check.title
        assert check.why
        assert check.hint
        assert check.warn is not None or check.critical is not None
        assert check.warn is None or check.critical is None or check.warn < check.critical


@pytest.mark.judges_server
def test_the_exit_code_of_the_command_is_the_level(database: Database) -> None:
    rows = populate(database, "alice@example.com", phone="+14155550101")
    well = manage(database, "dbhealth", **CONFIGURED)
    total = len(checks()) + 2 + len(BESIDE_SQL)  # From the advisor and the settings.
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, f"{total} of {total} checks passed."), (
        well.stdout + well.stderr
    )

    database.owner("update private.webhook_deliveries set next_attempt_at = null where record_id = %s", rows.document)
    warned = manage(database, "dbhealth", "--json", **CONFIGURED)
    assert warned.returncode == 1, warned.stderr
    said = json.loads(warned.stdout)
    assert said["level"] == "warn"
    assert said["checks"][0]["name"] == "dead_deliveries"
    assert said["checks"][0]["problems"][0]["value"] == 1

    database.owner("alter table public.wallets disable row level security")
    critical = manage(database, "dbhealth", **CONFIGURED)
    assert critical.returncode == 2
    assert "rls_disabled  public.wallets" in critical.stdout
    assert "dead_deliveries" in critical.stdout


def test_invalid_options_are_explained(clean: Database) -> None:
    with pytest.raises(CommandError, match=r"No check is called nonsense\. Known: advisor, analytics_age"):
        call_command("dbhealth", only=["nonsense"])
    with pytest.raises(CommandError, match="No check is called nonsense"):
        call_command("dbhealth", threshold=["nonsense=1,2"])
    with pytest.raises(CommandError, match="Write CHECK=WARN,CRITICAL"):
        call_command("dbhealth", threshold=["ledger=much"])


def test_a_role_without_permission_is_told_what_it_cannot_see(database: Database) -> None:
    """The site's own role can't read the catalog of auth or sessions of other roles. The output names what it could not
    see.
    """
    answer = manage(database, "dbhealth", "--database", "default", "--json")
    assert answer.returncode in (0, 1), answer.stderr
    found = {check["name"]: check for check in json.loads(answer.stdout)["checks"]}
    assert found["advisor"]["level"] == "unknown"
    assert "DATABASE_DIRECT_URL" in found["advisor"]["hint"]
    assert found["ledger"]["level"] == "ok"
    for name in ("blocked", "connections", "idle_in_transaction", "long_queries", "long_transactions", "replica_lag"):
        assert found[name]["level"] == "unknown"
        assert found[name]["note"].endswith("grant pg_read_all_stats to console.")


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_settings_that_risk_committed_rows_are_named(clean: Database, name: str) -> None:
    """The tests' own server runs without fsync; only its word that it does so on purpose keeps the check silent."""
    clean.owner(f"alter database {clean.name} set aira.not_durable = off")
    connections["direct"].close()
    [outcome] = health(only=["server_settings"])
    assert outcome.level == "critical"
    assert name in {problem.subject for problem in outcome.problems}


@pytest.mark.changes_server
def test_a_slot_that_nobody_reads_is_named_from_64_megabytes_on(clean: Database) -> None:
    slot = f"planted_{clean.name[-12:]}"
    clean.owner("select pg_create_physical_replication_slot(%s, true)", slot)
    try:
        [check] = [check for check in checks() if check.name == "idle_slots"]
        assert (check.level(63.9), check.level(64)) == ("ok", "warn")
        [outcome] = health(only=["idle_slots"], thresholds={"idle_slots": AT_ONCE})
        assert slot in {problem.subject for problem in outcome.problems}
    finally:
        clean.owner("select pg_drop_replication_slot(%s)", slot)


@pytest.mark.slow
def test_a_slot_without_a_limit_for_its_wal_is_named(killable: KillableServer) -> None:
    database = killable.database
    database.owner("select pg_create_physical_replication_slot('planted')")
    limited = manage(database, "dbhealth", "--only", "server_settings")
    assert limited.returncode == 0, limited.stdout
    database.owner("alter system set max_slot_wal_keep_size = -1")
    database.owner("select pg_reload_conf()")
    unlimited = manage(database, "dbhealth", "--only", "server_settings")
    assert (unlimited.returncode, "max_slot_wal_keep_size: is -1" in unlimited.stdout) == (1, True), unlimited.stdout


@pytest.mark.parametrize(("hours", "level"), [(0, "ok"), (1, "critical")])
def test_clocks_that_differ_are_named(clean: Database, monkeypatch: Any, hours: int, level: str) -> None:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(hours=hours)

    monkeypatch.setattr(processes, "datetime", Shifted)
    [outcome] = health(only=["clock"])
    assert outcome.level == level


def test_a_worker_that_ended_in_order_is_missed_only_after_two_minutes(clean: Database) -> None:
    rows = populate(clean, "alice@example.com", phone="+14155550101")
    worker(seen="30 s")(clean, rows)
    clean.owner("update console.worker_processes set stopped_at = seen_at")
    assert health(only=["workers"])[0].level == "ok", "a deployment takes a moment"
    clean.owner("update console.worker_processes set seen_at = now() - interval '3 minutes'")
    [outcome] = health(only=["workers"])
    assert outcome.level == "critical"
    assert {problem.subject for problem in outcome.problems} == {"dispatcher", "jobs"}


def test_a_database_that_is_away_is_exit_code_2_and_json(database: Database) -> None:
    away = manage(
        database, "dbhealth", "--json",
        DATABASE_URL="postgres://x:x@127.0.0.1:1/x", DATABASE_DIRECT_URL="postgres://x:x@127.0.0.1:1/x",
    )  # fmt: skip
    assert away.returncode == 2, away.stderr
    told = json.loads(away.stdout)
    assert told["level"] == "critical"
    assert "Connection refused" in told["checks"][0]["problems"][0]["detail"]
    words = manage(database, "dbhealth", DATABASE_DIRECT_URL="postgres://x:x@127.0.0.1:1/x")
    assert (words.returncode, "Can't connect" in words.stdout) == (2, True)
