"""Remove what was made beside the originals."""

from collections.abc import Callable

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from aira.adopt import TABLES, record
from aira.adopt.beside import RETIRED, SHADOWS
from aira.adopt.beside.copied import stop_noting
from aira.adopt.beside.made import objects
from aira.migrate.lock_retries import Patience, patiently
from aira.schema.server_version import has_table

# This is longer than the minute for which a service may hold a lock.
BRIEF = Patience(lock_timeout=0.3, attempts=100, longest_pause=1)
SCHEMAS = ("analytics", "audit", "console", "jobs", "private")
STEPS = (
    "made", "noting", "repaired", "indexed", "late", "stripped", "objects", "new objects",
    *(f"copied {table}" for table in TABLES),
)  # fmt: skip


def forget(alias: str, say: Callable[[str], None]) -> None:
    """Drop the finished tables and everything that was made for them. The originals lose only adoption's triggers."""
    if not record.exists(alias):
        return
    new = record.recall(alias, "new objects", [])
    if not record.recall(alias, "late"):
        return

    def drop() -> None:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            stop_noting(cursor)

    patiently(alias, BRIEF, drop, say)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        # Once `retired` holds the originals, they must not be dropped here.
        cursor.execute(f"drop schema if exists {SHADOWS} cascade; drop schema if exists {RETIRED}")
        for kind, name in new:
            cursor.execute(f"drop {kind} if exists {name} cascade")
        cursor.execute("drop function if exists adoption.note_change() cascade; drop table if exists adoption.changed")
        if has_table(alias, "audit.events"):
            # Repairs of copies that were dropped.
            cursor.execute("alter table audit.events disable trigger user")
            cursor.execute("delete from audit.events where table_name = any(%s)", [list(TABLES)])
            cursor.execute("alter table audit.events enable trigger user")
        cursor.execute("delete from adoption.repaired; delete from adoption.facts where name = any(%s)", [list(STEPS)])


def remember_before(alias: str, cursor: CursorWrapper) -> None:
    """Record the objects in the schemas that adoption fills, once, before adoption makes any."""
    if record.recall(alias, "before"):
        return
    cursor.execute("select n.nspname::text from pg_catalog.pg_namespace n where n.nspname = any(%s)", [list(SCHEMAS)])
    schemas = [name for (name,) in cursor.fetchall()]
    cursor.execute("select e.extname::text from pg_catalog.pg_extension e")
    extensions = [name for (name,) in cursor.fetchall()]
    before = {
        "schemas": schemas, "extensions": extensions, "objects": objects(cursor), "grants": schema_grants(cursor),
    }  # fmt: skip
    record.remember(cursor, "before", before)


def schema_grants(cursor: CursorWrapper) -> list[list[str]]:
    """Return the grants on the schemas that this role owns."""
    cursor.execute(
        "select pg_catalog.quote_ident(n.nspname), a.privilege_type, "
        "case a.grantee when 0 then 'public' else a.grantee::regrole::text end "
        "from pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a where n.nspowner = current_user::regrole"
    )
    return [list(row) for row in cursor.fetchall()]


def abandon(alias: str, say: Callable[[str], None]) -> None:
    """Drop everything that adoption made, in one transaction. Roles stay, since they belong to the whole server."""
    forget(alias, say)
    before = record.recall(alias, "before")
    if before is None:
        return
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        for schema in SCHEMAS:
            if schema not in before["schemas"]:
                cursor.execute(f"drop schema if exists {schema} cascade")
        for kind, name in objects(cursor):
            if [kind, name] not in before["objects"]:
                cursor.execute(f"drop {kind} if exists {name} cascade")
        for schema, privilege, role in schema_grants(cursor):
            if [schema, privilege, role] not in before["grants"]:
                cursor.execute(f"revoke {privilege} on schema {schema} from {role}")
        cursor.execute("select e.extname::text from pg_catalog.pg_extension e")
        for (name,) in cursor.fetchall():
            if name not in before["extensions"]:
                cursor.execute(sql.SQL("drop extension {}").format(sql.Identifier(name)))
        cursor.execute("drop schema adoption cascade")
