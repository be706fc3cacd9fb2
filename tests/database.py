"""Provide databases for tests: clones of a migrated template, and connections as each role."""

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from aira.embedded import memory_home

Sql = Callable[..., psycopg.Cursor[Any]]


def server_home(name: str) -> Path:
    """Make a folder for a test's own server, in memory if there is space.

    The folder is not below pytest's folder, which the server's user can't read.
    """
    memory = memory_home()
    home = Path(tempfile.mkdtemp(prefix=f"aira-{name}-", dir=memory.parent if memory else "/var/tmp"))  # noqa: S108
    home.chmod(0o755)
    return home


@dataclass
class Server:
    """Hold a PostgreSQL server for tests. owner: URL of the role that migrates. password: that of the login roles."""

    owner: str
    password: str
    clones: int = 0

    def url(self, database: str, role: str | None = None) -> str:
        parts = {**conninfo_to_dict(self.owner), "dbname": database}
        if role:
            parts |= {"user": role, "password": self.password}
        return make_conninfo("", **parts)

    def admin(self, statement: str, *names: str) -> None:
        """Run a statement outside the project's databases, such as CREATE DATABASE {}."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def drop(self, database: str) -> None:
        self.admin("drop database if exists {} with (force)", database)

    def once(self, name: str, make: Callable[[str], None]) -> str:
        """Return a database that the whole run shares. The first caller creates it. make: fills the database of the
        given name.
        """
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(hashtext(%s))", [name])
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                make(f"{name}_new")
                self.admin("alter database {} rename to {}", f"{name}_new", name)
        return name

    def clone(self, template: str, name: str) -> None:
        for attempt in range(50):
            try:
                # In half the time of the default, which writes each page to the WAL.
                self.admin("create database {} template {} strategy file_copy", name, template)
                break
            except psycopg.errors.ObjectInUse:  # Autovacuum connects to the template at times.
                if attempt == 49:
                    raise
                time.sleep(0.1)
        # Clones don't have the grants of a database. `migrate` revoked this one in the template.
        self.admin("revoke temporary on database {} from public", name)


@dataclass
class Database:
    """Hold one database and its connections, which close with it."""

    server: Server
    name: str
    connections: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    def address(self, role: str | None = None) -> str:
        """Return the postgres:// URL, as for DATABASE_URL."""
        parts = {key: str(value) for key, value in conninfo_to_dict(self.server.url(self.name, role)).items()}
        password = f":{quote(parts['password'], safe='')}" if "password" in parts else ""
        return f"postgres://{parts['user']}{password}@{parts['host']}:{parts['port']}/{parts['dbname']}"

    def connect(self, role: str | None = None, **options: Any) -> psycopg.Connection[Any]:
        """Open a new connection as the owner of the schema, or as a login role."""
        return psycopg.connect(self.server.url(self.name, role), **{"autocommit": True, **options})

    def kept(self, role: str | None = None) -> psycopg.Connection[Any]:
        key = role or ""
        if key not in self.connections or self.connections[key].closed:
            self.connections[key] = self.connect(role)
        return self.connections[key]

    def owner(self, query: str, *params: Any) -> psycopg.Cursor[Any]:
        """Run and commit a statement as the owner of the schema."""
        return self.kept().execute(query, params or None)

    def account(self, email: str) -> UUID:
        row = self.owner("insert into auth.users (email) values (%s) returning id", email).fetchone()
        return row[0]

    @contextlib.contextmanager
    def request(self, role: str, claims: dict[str, Any] | str | None) -> Iterator[Sql]:
        """Act as one request of the data API: log in as authenticator, and keep all settings local to the transaction.

        The connection is reused, so a second request sees the empty settings that the first one leaves.
        """
        connection = self.kept("authenticator")
        text = claims if isinstance(claims, str) else json.dumps(claims or {"role": role})
        with connection.transaction():
            connection.execute(
                "select set_config('search_path', 'public, extensions', true), set_config('role', %s, true), "
                "set_config('request.jwt.claims', %s, true), set_config('request.method', 'POST', true), "
                "set_config('request.headers', '{}', true)",
                [role, text],
            )
            yield lambda query, *params: connection.execute(query, params or None)

    def as_user(self, user: UUID | str) -> contextlib.AbstractContextManager[Sql]:
        claims = {"role": "authenticated", "sub": str(user), "aal": "aal1", "is_anonymous": False}
        return self.request("authenticated", claims)

    def as_anon(self) -> contextlib.AbstractContextManager[Sql]:
        return self.request("anon", {"role": "anon"})

    def as_service(self, role: str) -> contextlib.AbstractContextManager[Sql]:
        """Act as service_role, voice_agent or kb_updater, or as console, which logs in directly."""
        if role == "console":
            return self.as_console()
        return self.request(role, {"role": role})

    @contextlib.contextmanager
    def as_console(self) -> Iterator[Sql]:
        connection = self.kept("console")
        with connection.transaction():
            yield lambda query, *params: connection.execute(query, params or None)

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()
