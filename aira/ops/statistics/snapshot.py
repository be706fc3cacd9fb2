"""Take snapshots of the server's statistics."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import DatabaseError, connections, transaction

from aira.ops.health import checks
from aira.schema.sql_calls import rows

EXTENSION = """
    select e.extversion, n.nspname::text from pg_catalog.pg_extension e
    join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'
"""
TRACK = """
    select pg_catalog.current_setting('pg_stat_statements.track', true) from extensions.pg_stat_statements_info
"""
# Before version 1.9, nested statements can't be told apart.
OLDEST = (1, 9)
# A migration may hold a lock, and one snapshot less does no harm.
PATIENCE = "set local lock_timeout = '2s'; set local statement_timeout = '30s'; set local search_path = ''"


@dataclass(frozen=True)
class Gap:
    """Something that can't be read.

    Attributes:
        text: what it is, as a sentence.
        todo: what to do, as a sentence.
    """

    text: str
    todo: str

    def __str__(self) -> str:
        return f"{self.text} {self.todo}"


@cache
def query(name: str) -> str:
    """Return the text of a query of this room."""
    return (Path(__file__).with_name("queries") / f"{name}.sql").read_text(encoding="utf-8")


def take(using: str = "direct") -> Gap | None:
    """Take a snapshot, and remove old figures.

    Returns:
        Why statements are not counted, or None. Everything else is stored in any case.
    """
    problem = why_not_counted(using)
    if problem is None:
        count_statements(using)
    run(using, "sizes", "index_uses", "forget")
    return problem


def count_statements(using: str) -> None:
    """Store what statements used, unless another process does it at this moment: both would store the same."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute("select pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext('private.statements'))")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(query("statements"))
        cursor.execute("select exists (select from private.statements s where s.command is null)")
        # Reading the texts costs more than everything else, and new statements are rare.
        if cursor.fetchone()[0]:
            cursor.execute(query("texts"))


def sample_lock_waits(using: str = "direct") -> None:
    """Store the sessions that wait for a lock at this moment."""
    run(using, "lock_waits")


def run(using: str, *names: str) -> None:
    """Run queries of this room in one transaction."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(PATIENCE)
        for name in names:
            cursor.execute(query(name))


def why_not_counted(using: str = "direct") -> Gap | None:
    """Return why pg_stat_statements can't be read, or None if it can."""
    found = rows(EXTENSION, using=using)
    if not found:
        [slow] = [check for check in checks() if check.name == "slow_statements"]
        text, _, todo = slow.unknown.partition(". ")
        return Gap(f"{text}.", todo)
    [(version, schema)] = found
    if schema != "extensions":
        return Gap(
            f"The extension pg_stat_statements is in the schema {schema}, not in extensions.",
            "Run: alter extension pg_stat_statements set schema extensions.",
        )
    if tuple(int(part) for part in version.split(".")) < OLDEST:
        return Gap(
            f"The extension pg_stat_statements has the old version {version}.",
            "Run: alter extension pg_stat_statements update.",
        )
    try:
        with transaction.atomic(using=using):
            [(track,)] = rows(TRACK, using=using)
    except DatabaseError as error:
        return Gap(
            f"pg_stat_statements can't be read: {str(error).splitlines()[0]}.",
            "Add it to shared_preload_libraries, and restart the server.",
        )
    if track == "none":
        return Gap(
            "Statements are not counted: pg_stat_statements.track is set to none.",
            "Set it to top, and reload the server.",
        )
    return None


def why_hidden(using: str = "direct") -> Gap | None:
    """Return why the statements of other roles are hidden from the role of a connection, or None if they are not."""
    [(role, sees)] = rows(
        "select current_user::text, pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage')", using=using
    )
    if sees:
        return None
    return Gap(
        f"PostgreSQL shows {role} its own statements and sessions only. The others read <insufficient privilege>.",
        f"Run: grant pg_read_all_stats to {role}.",
    )
