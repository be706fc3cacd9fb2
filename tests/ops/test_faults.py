"""Put faults into a database one by one: at least two tools, which don't share their query, name each of them.

Tools: `advise` (lints), `drift` (catalog), `integrity` (stored data), `anchors` (statements outside), `dbhealth` (checks
other than the lints, which it repeats) and `metrics` (figures other than the levels of health).

Who is a member of a role differs between servers, so `drift` doesn't compare it. `dbhealth` repeats that lint.
"""

from typing import Any

import pytest
from django.db import connections, transaction

from aira import advisor
from aira.migrate.catalog.reference import drift
from aira.ops.anchors import proof, signing, statement
from aira.ops.anchors.statement import Document, document_of
from aira.ops.health import health
from aira.ops.integrity import inspect
from aira.ops.metrics.database import figures
from aira.version import VERSION
from tests.database import Database
from tests.ops.forgery import FORGED
from tests.tenant_rows import Rows

PRIVATE, PUBLIC = signing.new_key()
WORKER = (
    "insert into console.worker_processes (id, host, pid, version, parts, started_at, seen_at, looped_at) values"
    " (gen_random_uuid(), 'a', 1, '{}', '{{dispatcher,jobs}}', now() - interval '2 days', now() - interval '{}',"
    " now() - interval '{}')"
)

# Figures that say how large or busy the database is change with each statement.
# Seconds that count as one, by the end of a name.
ROUGH = {"seconds": 100}
BUSY = ("aira_database_connections", "aira_database_connections_limit", "aira_database_size_bytes")
OF_MEMBERS = ("a new login acts as service_role", "a new login reads all data")

# Maps a fault to its statement. Statements about rows run without triggers.
CATALOG = {
    "a role passes by row security": "alter role voice_agent bypassrls",
    "a role may create roles": "alter role kb_updater createrole",
    "a role may replicate": "alter role anon replication",
    "a new login acts as service_role": "create role planted login; grant service_role to planted",
    "a new login reads all data": "create role planted login; grant pg_read_all_data to planted",
    "a role resolves names elsewhere": "alter role voice_agent set search_path = public",
    "a role skips row security": "alter role authenticated set row_security = off",
    "future tables are readable": "alter default privileges in schema private grant select on tables to service_role",
    "a table belongs to somebody else": "create role planted; grant planted to current_user; alter table private.refunds owner to planted",
    "a rule swallows deletes": "create rule planted as on delete to public.wallets do instead nothing",
    "staff accounts are published": "create publication planted for table console.staff_users",
    "a policy shows every row": "alter policy wallets_select_authenticated on public.wallets using (true)",
    "a policy is gone": "drop policy documents_update_kb_updater on public.documents",
    "row security is off": "alter table public.wallets disable row level security",
    "a right was given away": "grant update (balance_usd) on public.wallets to service_role",
    "triggers are off": "alter table public.documents disable trigger user",
    "a function resolves names elsewhere": "alter function private.caller() reset search_path",
    "everybody may call a function": "grant execute on function private.uid() to public",
    "a constraint was never checked": "alter table public.wallets add constraint planted check (is_active) not valid",
    "an index is not valid": "update pg_index set indisvalid = false where indexrelid = 'public.idx_documents_user_id'::regclass",
    "a table is in the open": "create table public.planted (id integer primary key)",
}
ROWS = {
    "an entry is forged with all its hashes": FORGED,
    "an entry is changed": "update ledger_entries set amount = amount + 500",
    "an entry vanished": "delete from ledger_entries where seq = (select max(seq) from ledger_entries)",
    "a balance is changed": "update wallets set balance_usd = balance_usd + 500",
    "an event of the audit is changed": "update audit.events set actor_name = 'mallory'",
    "an event of the audit vanished": "delete from audit.events where id = (select min(id) from audit.events)",
    "the audit is sealed anew": "update audit.events set actor_name = 'mallory'; delete from audit.seals",
}
WORK = {
    "the worker died": WORKER.format(VERSION, "3 minutes", "3 minutes"),
    "deliveries are overdue": (
        "insert into private.service_endpoints (name, base_url) values ('kb_updater', 'https://kb.example')"
        " on conflict do nothing; update private.webhook_deliveries set next_attempt_at = now() - interval '2 hours'"
    ),
    "a job failed": (
        "with j as (insert into jobs.procrastinate_jobs (queue_name, task_name, status, args)"
        " values ('default', 'planted', 'failed', '{}') returning id)"
        " insert into jobs.procrastinate_events (job_id, type) select id, 'failed' from j"
    ),
    "the newest backup is old": (
        "insert into console.backups (file, taken_at, duration, rows, size, sha256)"
        " values ('a.dump', now() - interval '3 days', '1 s', 1, 1, '')"
    ),
}


@pytest.fixture
def prepared(
    database: Database, alices: Rows, direct: Any, in_its_database: None, settings: Any
) -> tuple[Database, list[Document]]:
    """Top up a wallet and anchor it."""
    settings.ANCHOR_KEY = PRIVATE
    with database.as_service("service_role") as sql:
        for amount in (10, 15):
            sql("select record_transaction(%s, 'credit', %s, 'USD', 'completed', 'Top-up')", alices.user, amount)
    return database, [document_of(statement.make())]


def named_by(documents: list[Document]) -> dict[str, set[str]]:
    """Return what each tool names."""
    lints = {lint.name for lint in advisor.lints()}
    outcomes = [one for one in health("direct") if one.level in ("warn", "critical")]
    with connections["direct"].cursor() as cursor:
        found: dict[str, set[str]] = {"metrics": set()}
        for figure in figures():
            cursor.execute(figure.query)
            # Ages grow by themselves, so an hour is the least that counts.
            found["metrics"] |= {
                f"{figure.name} {labels} {round(float(value or 0) / ROUGH.get(figure.name.rpartition('_')[2], 1))}"
                for *labels, value in cursor.fetchall()
                if figure.name not in BUSY
            }
    return found | {
        "advise": {f"{one.lint} {one.subject}" for one in advisor.advise("direct")},
        "drift": {str(one) for one in drift("direct")},
        "integrity": {fault.subject for fault in inspect("direct", ("ledger", "audit", "anchors", "unaudited")).faults},
        "anchors": set(proof.verify(documents, [PUBLIC], "direct")),
        "dbhealth": {one.name for one in outcomes if one.name not in {*lints, "settings"}},
    }


# The quick run puts every fourth in.
EVERY = [
    pytest.param(fault, marks=() if number % 4 == 0 else pytest.mark.slow)
    for number, fault in enumerate([*CATALOG, *ROWS, *WORK])
]


@pytest.mark.parametrize("fault", EVERY)
def test_each_fault_is_named_by_two_tools(prepared: tuple[Database, list[Document]], fault: str) -> None:
    _, documents = prepared
    before = named_by(documents)
    assert {tool: found for tool, found in before.items() if found and tool != "metrics"} == {}
    # Nothing is committed: roles belong to the server, where other tests run.
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        if fault in ROWS:
            cursor.execute("set local session_replication_role = replica")
        for one in (CATALOG | ROWS | WORK)[fault].split("; "):
            cursor.execute(one)
        cursor.execute("set local session_replication_role = default")
        after = named_by(documents)
        members = [one.level for one in health("direct") if one.name == "role_member"]
        transaction.set_rollback(True, using="direct")
    ways = {tool for tool in after if after[tool] - before[tool]}
    if fault in OF_MEMBERS:
        assert ways == {"advise"}
        assert members == ["critical"]
    else:
        assert len(ways) >= 2, ways
