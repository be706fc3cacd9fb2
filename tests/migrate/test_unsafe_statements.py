"""Test that migrations contain no statement that blocks services or exposes data."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import migrations

from aira.migrate.linting import own_migrations, sql_of, unlinted
from aira.migrate.unsafe_statements import refusals, undocumented_code

UNSAFE = {
    "lock table public.wallets in share mode;": "lock-table",
    "LOCK public.wallets IN exclusive MODE;": "lock-table",
    "lock public.wallets;": "lock-table",
    "with gone as (delete from public.documents returning id) select count(*) from gone;": "whole-table-delete",
    "with set_now as (update public.documents set language = 'en' returning id) select 1;": "whole-table-update",
    "update public.documents set language = 'en';": "whole-table-update",
    "update public.documents set language = 'no where there';": "whole-table-update",
    "update public.documents set language = 'en' where true;": "always-true-where",
    "delete from public.documents;": "whole-table-delete",
    "truncate public.documents;": "truncate",
    "alter table public.wallets disable trigger user;": "disable-trigger",
    "set local session_replication_role = replica;": "replica-role",
    "alter table public.wallets disable row level security;": "row-security-off",
    "alter table public.wallets no force row level security;": "row-security-off",
    "set row_security = off;": "row-security-setting",
    "vacuum (full, analyze) public.wallets;": "vacuum-full",
    "cluster public.wallets using wallets_pkey;": "cluster",
    "refresh materialized view analytics.daily_revenue;": "refresh",
}
SAFE = [
    "update public.documents set language = 'en' where id = '00000000-0000-0000-0000-000000000000';",
    "-- lock table public.wallets;\nselect 1;",
    "with gone as (delete from public.documents where id = '1' returning id) select count(*) from gone;",
    "select 'truncate public.wallets';",
    "refresh materialized view concurrently analytics.daily_revenue;",
    "create function private.f() returns void language sql as $$ delete from public.documents $$;",
    "create or replace procedure private.p() language plpgsql as $x$ begin truncate private.kept; end $x$;",
    "-- allow truncate: nothing reads this table yet\ntruncate private.kept;",
    "alter table public.wallets enable row level security;",
]


@pytest.mark.parametrize("sql", UNSAFE)
def test_an_unsafe_statement_is_refused_by_its_rule(sql: str) -> None:
    assert [one.partition(":")[0] for one in refusals(sql)] == [UNSAFE[sql]]


@pytest.mark.parametrize("sql", UNSAFE)
@pytest.mark.parametrize(
    "block",
    [
        "do $$ begin {} end $$;",
        "do $body$ begin if true then {} end if; end $body$;",
        "do $$ begin for i in 1..2 loop {} end loop; end $$;",
        "do $$ begin execute $q${}$q$; end $$;",
    ],
)
def test_an_unsafe_statement_in_a_block_is_refused_by_its_rule(sql: str, block: str) -> None:
    assert UNSAFE[sql] in [one.partition(":")[0] for one in refusals(block.format(sql))]


def test_an_unsafe_statement_in_a_string_for_execute_is_refused() -> None:
    [said] = refusals("do $$ begin execute 'truncate ' || 'public.documents'; end $$;")
    assert said.startswith("truncate: ")


@pytest.mark.parametrize("sql", SAFE)
def test_a_safe_statement_is_not_refused(sql: str) -> None:
    assert refusals(sql) == []


def test_an_allowed_rule_keeps_the_other_rules_active() -> None:
    text = "-- allow truncate: nobody reads it\ntruncate public.documents;\ntruncate public.wallets;"
    assert [one.partition(" ")[0] for one in refusals(text)] == ["truncate:"]


def explained(apps: Any, editor: Any) -> None:
    """Copy data that SQL can't read."""


def unexplained(apps: Any, editor: Any) -> None:
    return None


class Coded(migrations.Migration):
    operations = [migrations.RunPython(explained), migrations.RunPython(unexplained)]


def test_python_in_a_migration_must_give_a_reason() -> None:
    [said] = undocumented_code(Coded("planted", "knowledge"))
    assert "unexplained()" in said


def test_the_linter_refuses_a_migration_with_an_unsafe_statement(direct: Any, monkeypatch: Any, capsys: Any) -> None:
    latest = [migration for migration in own_migrations() if migration.app_label == "knowledge"][-1]

    def planted(migration: migrations.Migration, alias: str) -> str:
        return sql_of(migration, alias) + "lock table public.documents;\n"

    monkeypatch.setattr("aira.migrate.management.commands.lint_migrations.sql_of", planted)
    monkeypatch.setattr("aira.migrate.management.commands.lint_migrations.own_migrations", lambda: [latest])
    monkeypatch.setattr("aira.migrate.management.commands.lint_migrations.unlinted", set)
    with pytest.raises(CommandError, match="1 of 1 migrations are unsafe"):
        call_command("lint_migrations")
    assert "lock-table: “lock table public.documents”" in capsys.readouterr().out


def test_migrations_of_this_release_contain_nothing_unsafe(direct: Any) -> None:
    known = unlinted()
    found = {
        str(one): refusals(sql_of(one, "direct")) + undocumented_code(one)
        for one in own_migrations()
        if str(one) not in known
    }
    assert {name: said for name, said in found.items() if said} == {}
