"""Look at the connections to the database, its migrations and its roles."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from aira.migrate.catalog.reference import drift, raw, to_migrate
from aira.ops.doctor.findings import MISSING, WRONG, Blocked, Finding
from aira.schema.server_version import has_table, require_usable, why_unreachable
from aira.schema.sql_calls import rows

SETTING = {"default": "DATABASE_URL", "direct": "DATABASE_DIRECT_URL"}
# Roles of PostgREST and of this project.
ROLES = ("anon", "authenticated", "service_role", "voice_agent", "kb_updater", "console")
MOST = 5


def connections_work() -> Iterator[Finding]:
    """Connect as the site and as the owner."""
    for alias, setting in SETTING.items():
        try:
            connections[alias].ensure_connection()
            require_usable(alias)
        except ImproperlyConfigured as error:
            raise Blocked(Finding(WRONG, str(error), "Upgrade the server, then run this command again.")) from None
        except DatabaseError as error:
            why = why_unreachable(error) or str(error).strip().splitlines()[0]  # type: ignore[arg-type]
            raise Blocked(Finding(WRONG, f"{setting}: {why}", f"Correct {setting}.")) from None
    if fact("select current_user", "default") == fact("select current_user", "direct"):
        yield Finding(
            MISSING,
            "The site connects as the owner of the schema, who may do everything.",
            "Let DATABASE_URL name the role console, and DATABASE_DIRECT_URL the owner.",
        )
    if fact("select current_database()", "default") != fact("select current_database()", "direct"):
        yield Finding(WRONG, "The two settings name different databases.", "Let both name the same database.")


def no_pooler_between() -> Iterator[Finding]:
    """Compare the process that the server announced with the one that answers: a pooler announces one of its own."""
    announced = raw("direct").info.backend_pid
    if announced != fact("select pg_catalog.pg_backend_pid()", "direct"):
        yield Finding(
            WRONG,
            "DATABASE_DIRECT_URL goes through a pooler. LISTEN, session locks and migrations don't work there.",
            "Let DATABASE_DIRECT_URL name the server itself: on Supabase, the direct connection on port 5432.",
        )


def migrated() -> Iterator[Finding]:
    """Look for migrations that are not applied, and for changes by hand."""
    if not has_table("direct", "public.business_v2"):
        raise Blocked(Finding(WRONG, "The database has none of the project's tables.", "Run manage.py migrate."))
    if missing := to_migrate("direct"):
        are = "migration is" if len(missing) == 1 else "migrations are"
        raise Blocked(
            Finding(WRONG, f"{len(missing)} {are} not applied, from {missing[0]} on.", "Run manage.py migrate.")
        )
    found = drift("direct")
    for one in found[:MOST]:
        yield Finding(WRONG, f"The database differs from the migrations. {one}.", "Run manage.py drift --sql.")
    if len(found) > MOST:
        yield Finding(WRONG, f"{len(found) - MOST} more objects differ.", "Run manage.py drift.")


def roles() -> Iterator[Finding]:
    """Look for roles that are missing, and for one that can't log in."""
    known = "select pg_catalog.array_agg(r.rolname::text) from pg_catalog.pg_roles r"
    for name in sorted(set(ROLES) - set(fact(known, "direct"))):
        yield Finding(WRONG, f"The role {name} does not exist.", "Run manage.py migrate as the owner.")
    member = "select pg_catalog.pg_has_role('authenticator', 'authenticated', 'member')"
    if "authenticator" in fact(known, "direct") and not fact(member, "direct"):
        yield Finding(
            WRONG,
            "PostgREST's login role, authenticator, may not become authenticated.",
            "grant anon, authenticated, service_role to authenticator;",
        )


def fact(query: str, alias: str) -> Any:
    """Return the only value of a query."""
    [(value,)] = rows(query, using=alias)
    return value
