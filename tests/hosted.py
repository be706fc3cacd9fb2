"""Start a server like hosted Supabase: `postgres` (here `hosted`) is not a superuser, and another role owns `auth`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from aira.embedded import PROJECT, Cluster
from tests import forked_commands
from tests.database import server_home

SUPABASE = """
create role supabase_auth_admin nologin noinherit createrole;
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role hosted login createdb createrole bypassrls password 'hosted';
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to hosted with admin option;
"""
AUTH = """
create schema auth authorization supabase_auth_admin;
set role supabase_auth_admin;
create table auth.users (id uuid primary key default gen_random_uuid(), aud varchar(255), role varchar(255),
    email varchar(255), phone text unique, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
    created_at timestamptz default now(), updated_at timestamptz, last_sign_in_at timestamptz,
    is_anonymous boolean not null default false);
alter table auth.users enable row level security;
create function auth.uid() returns uuid language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.role() returns text language sql stable as $$
    select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
create function auth.jwt() returns jsonb language sql stable as $$
    select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
grant usage on schema auth to anon, authenticated, service_role, hosted;
grant all on auth.users to hosted with grant option;
revoke grant option for all on auth.users from hosted;
reset role;
create schema extensions authorization hosted;
"""
OLD_DEFAULTS = """
alter default privileges for role hosted in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges for role hosted in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges for role hosted in schema public grant all on sequences to anon, authenticated, service_role;
"""


@contextmanager
def hosted_server(name: str) -> Iterator[Cluster]:
    """Start a separate server, since roles and their grants belong to a whole server."""
    located = Cluster.locate(name)
    home = server_home(name)
    cluster = Cluster(name, located.source, home, durable=False)
    cluster.start()
    with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
        connection.execute("drop role console")  # This project creates the role, as on a project that never had it.
        connection.execute(SUPABASE)
    try:
        yield cluster
    finally:
        cluster.destroy()
        shutil.rmtree(home)


def connect(cluster: Cluster, database: str, role: str = "postgres", **options: str) -> psycopg.Connection:
    return psycopg.connect(url(cluster, database, role), autocommit=True, **options)


def url(cluster: Cluster, database: str, role: str = "postgres") -> str:
    if role == "hosted":
        return f"postgres://hosted:hosted@127.0.0.1:{cluster.recorded_port(cluster.folder)}/{database}"
    return cluster.url(role, database)


def make_database(
    cluster: Cluster, name: str, *statements: str, owner: str = "postgres", template: str = "template1"
) -> None:
    with connect(cluster, "postgres") as connection:
        connection.execute(
            sql.SQL("create database {} owner {} template {}").format(*map(sql.Identifier, (name, owner, template)))
        )
        if template != "template1":
            # Clones don't have the grants of a database. `migrate` revoked this one in the template.
            connection.execute(sql.SQL("revoke temporary on database {} from public").format(sql.Identifier(name)))
    with connect(cluster, name) as connection:
        for statement in statements:
            connection.execute(statement)


def environment(cluster: Cluster, database: str, role: str, **settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_DIRECT_URL"}
    return {**inherited, "SECRET_KEY": "x", "DATABASE_URL": url(cluster, database, role), **settings}


def start_manage(cluster: Cluster, database: str, role: str, *args: str, **settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *args],
        cwd=PROJECT, env=environment(cluster, database, role, **settings), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(cluster: Cluster, database: str, role: str, *args: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return forked_commands.run(list(args), env=environment(cluster, database, role, **settings))


def manage(cluster: Cluster, database: str, role: str, *args: str, **settings: str) -> str:
    done = ended(cluster, database, role, *args, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
