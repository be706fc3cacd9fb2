"""Restore a dump into an empty database, also of a newer major version or of a hosted Supabase, and check it."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from psycopg import sql

from aira.ops.backup import BackupError, dump, encryption, programs
from aira.ops.backup.dump import Manifest
from aira.ops.backup.proof import connected, problems
from aira.schema.server_version import has_table

FIRST_MIGRATION = settings.BASE_DIR / "aira/schema/migrations/0001_roles_and_schemas.sql"

# Rights of tables that Django makes later. pg_dump writes them for the role that owned the old database.
DEFAULTS = (
    "alter default privileges in schema console grant select, insert, update, delete on tables to console",
    "alter default privileges in schema console grant usage, select on sequences to console",
)
# The first migration ends with the view of accounts, whose columns have other types where auth.users is Supabase's.
ACCOUNTS = "create view console.accounts"
USE_EXTENSIONS = (
    "grant usage on schema extensions to anon, authenticated, service_role, voice_agent, kb_updater, console"
)
# Default privileges of this role: the statement that revokes each, and the one that grants it again.
GIVEN = """
    select pg_catalog.format('alter default privileges %s revoke %s on %s from %s', i.place, a.privilege_type, k.kinds, g.grantee),
           pg_catalog.format('alter default privileges %s grant %s on %s to %s%s', i.place, a.privilege_type, k.kinds, g.grantee,
               case when a.is_grantable then ' with grant option' else '' end)
    from pg_catalog.pg_default_acl d
    left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
    cross join pg_catalog.aclexplode(d.defaclacl) a
    cross join lateral (select case when n.nspname is null then '' else 'in schema ' || pg_catalog.quote_ident(n.nspname) end) i (place)
    cross join lateral (select case a.grantee when 0 then 'public' else a.grantee::regrole::text end) g (grantee)
    join (values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions'), ('T', 'types')) k (kind, kinds)
        on k.kind = d.defaclobjtype::text
    where d.defaclrole = current_user::regrole and a.grantee <> d.defaclrole and (n.nspname is not null or a.grantee <> 0)
"""  # noqa: E501
NEEDED = ("btree_gist", "pg_trgm", "unaccent")
# In a schema auth that Supabase manages, only rows are restored, since the tables belong to Supabase.
OF_AUTH = ("users", "identities")
ENTRY = re.compile(r"\d+; \d+ \d+ (?P<kind>[A-Z]+(?: [A-Z]+)*) (?P<schema>\S+) (?P<name>.+)")


@dataclass
class Outcome:
    """Outcome of a restore.

    Attributes:
        restored_in: seconds until the restored database answered (RTO).
        lost: seconds of work that the backup lacks (RPO).
    """

    backup: str
    restored_in: float = 0
    lost: float = 0
    tables: int = 0
    rows: int = 0
    problems: list[str] = field(default_factory=list)


def restore(path: Path, url: str, say: Callable[[str], None]) -> Outcome:
    """Restore a dump, migrate, and run the checks of a drill.

    Args:
        path: the .dump or .dump.gpg file. Its manifest is beside it.
        url: the empty database.
        say: is called with a sentence before each step.

    Raises:
        BackupError: the file is not reliable, the database is not empty, or pg_restore failed.
    """
    say(f"Comparing {path.name} with its manifest.")
    manifest = dump.verify(path)
    return fill_and_check(connected(url), path, manifest, say)


def fill_and_check(
    alias: str,
    path: Path,
    manifest: Manifest,
    say: Callable[[str], None] = lambda said: None,
    roles: Sequence[str] = (),
) -> Outcome:
    """Restore a verified dump into the empty database of a connection, migrate, and check. Raises BackupError.

    Args:
        roles: further roles, to which the dump grants rights.
    """
    try:
        refuse_full(alias)
        outcome = Outcome(path.name, lost=manifest.age)
        began = time.monotonic()
        say("Restoring.")
        with connections[alias].cursor() as cursor:
            cursor.execute(roles_block())
            make_missing_roles(cursor, roles)
            own_auth = fill(cursor, alias, path)
        outcome.restored_in = time.monotonic() - began
        say("Migrating and checking: recorded rows, drift, integrity, ledger, access matrix.")
        state, outcome.problems = problems(alias, manifest.state, own_auth=own_auth)
        outcome.tables, outcome.rows = len(state.rows), sum(state.rows.values())
        return outcome
    except DatabaseError as error:
        raise BackupError(f"The database refused the restore: {str(error).strip().splitlines()[0]}") from error
    finally:
        connections[alias].close()


def refuse_full(alias: str) -> None:
    """Raise BackupError if the database has tables of AiRa."""
    if has_table(alias, "public.business_v2") or has_table(alias, "console.django_migrations"):
        raise BackupError("The database has AiRa's tables already. Restore into an empty one, then switch to it.")


def roles_block() -> str:
    """Return the statement of the first migration that makes AiRa's roles, with their rights and settings."""
    block, end, _ = FIRST_MIGRATION.read_text(encoding="utf-8").partition("end $$;")
    return block + end


def make_missing_roles(cursor: Any, roles: Sequence[str]) -> None:
    """Create roles that the server lacks. They belong to the server, so no dump contains them."""
    cursor.execute("select rolname from pg_catalog.pg_roles")
    known = {name for (name,) in cursor.fetchall()}
    for role in set(roles) - known:
        cursor.execute(sql.SQL("create role {}").format(sql.Identifier(role)))


def fill(cursor: Any, alias: str, path: Path) -> bool:
    """Run pg_restore with the entries that this server needs. Return whether it had a schema auth of its own."""
    cursor.execute("select current_setting('server_version_num')::int / 10000")
    (server,) = cursor.fetchone()
    program = programs.find("pg_restore", server)
    contents = encryption.run((program, "--list"), path).splitlines()
    make_extensions(cursor, contents)
    cursor.execute("select nspname from pg_catalog.pg_namespace")
    schemas = {name for (name,) in cursor.fetchall()}
    cursor.execute("select pubname from pg_catalog.pg_publication")
    publications = {name for (name,) in cursor.fetchall()}
    wanted = [line for line in contents if not left_out(line, schemas, publications)]
    where, secret = dump.address(alias)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as file, without_default_privileges(cursor):
        file.write("\n".join(wanted) + "\n")
        file.flush()
        # A dump that is decrypted meanwhile can be read in one go only.
        jobs = () if encryption.is_encrypted(path) else ("--jobs=2",)
        encryption.run(
            (
                program, "--exit-on-error", "--no-owner", *jobs, f"--use-list={file.name}", "--no-password",
                f"--dbname={where}",
            ),
            path, secret,
        )  # fmt: skip
    _, accounts, view = FIRST_MIGRATION.read_text(encoding="utf-8").rpartition(ACCOUNTS)
    for statement in (USE_EXTENSIONS, *DEFAULTS, accounts + view):
        cursor.execute(statement)
    return "auth" in schemas


@contextmanager
def without_default_privileges(cursor: Any) -> Iterator[None]:
    """Grant nothing by default meanwhile, as a hosted project does: the dump has the grants of each object."""
    cursor.execute(GIVEN)
    given = cursor.fetchall()
    try:
        for change, _ in given:
            cursor.execute(change)
        yield
    finally:
        for _, back in given:
            cursor.execute(back)


def make_extensions(cursor: Any, contents: list[str]) -> None:
    """Create the dump's extensions. Those that the schema can do without may be missing, or need a superuser."""
    cursor.execute("create schema if not exists extensions")
    for line in contents:
        found = ENTRY.match(line)
        if found and found["kind"] == "EXTENSION":
            name = found["name"].split()[0]
            try:
                cursor.execute(
                    sql.SQL("create extension if not exists {} with schema extensions").format(sql.Identifier(name))
                )
            except DatabaseError:
                if name in NEEDED:
                    raise


def left_out(line: str, schemas: set[str], publications: set[str]) -> bool:
    """Tell whether an entry of pg_restore's list is there already, or belongs to the server or to Supabase.

    Args:
        schemas: the schemas of the empty database.
        publications: the publications of the empty database.
    """
    found = ENTRY.match(line)
    if found is None:
        return False
    kind, schema, name = found["kind"], found["schema"], found["name"]
    words = name.split()
    if kind == "DEFAULT ACL":
        return True
    if kind == "EXTENSION" or (kind == "COMMENT" and words[0] == "EXTENSION"):
        return True
    if kind in ("SCHEMA", "ACL", "COMMENT") and schema == "-" and words[0 if kind == "SCHEMA" else 1] in schemas:
        return kind == "SCHEMA" or words[1] != "public"
    if kind == "PUBLICATION":
        return words[0] in publications
    if schema == "console" and "accounts" in words[:2] and kind in ("VIEW", "ACL", "COMMENT"):
        return True
    if schema == "auth" and "auth" in schemas:
        return not (kind == "TABLE DATA" and words[0] in OF_AUTH)
    return False
