"""Test that contract.txt lists all calls of other services, so that review shows each change.

`UPDATE_CONTRACT=1 make test` writes the file. Compare the change with CONTRACT.md: only additions are fine.
"""

import os
import re
from pathlib import Path

import pytest

from aira.migrate.catalog import read
from aira.migrate.catalog.reference import reference
from tests.database import Database
from tests.schema.affected import services

FILE = Path(__file__).with_name("contract.txt")
COLUMNS = """
    select format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end,
        case when a.attgenerated <> '' then ' generated'
             when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end)
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
"""
TYPES = """
    select format('type %s: %s', t.typname, (
        select string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
    from pg_type t where t.typnamespace = 'public'::regnamespace and t.typtype = 'e'
"""
FUNCTIONS = """
    select format('function %s(%s) returns %s', p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid))
    from pg_proc p where p.pronamespace = 'public'::regnamespace
"""
RULES = """
    select format('rule %s on %s: %s', c.conname, c.conrelid::regclass, case c.contype
        when 'c' then '23514' when 'f' then '23503' when 'x' then '23P01' else '23505' end)
    from pg_constraint c where c.connamespace = 'public'::regnamespace and c.contype in ('c', 'f', 'u', 'x')
    union
    select format('rule %s on %s: 23505', i.relname, x.indrelid::regclass)
    from pg_index x join pg_class i on i.oid = x.indexrelid
    where i.relnamespace = 'public'::regnamespace and x.indisunique and not x.indisprimary
      and not exists (select from pg_constraint c where c.conindid = x.indexrelid)
"""
SOURCES = "select prosrc from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
STATES = {
    "check_violation": "23514",
    "foreign_key_violation": "23503",
    "unique_violation": "23505",
    "exclusion_violation": "23P01",
}
RAISED = re.compile(r"errcode = '(\w+)', constraint = '(\w+)'")


def contract(database: Database) -> list[str]:
    lines = {row[0] for query in (COLUMNS, TYPES, FUNCTIONS, RULES) for row in database.owner(query)}
    for (source,) in database.owner(SOURCES):
        lines |= {f"raised {rule}: {STATES.get(state, state)}" for state, rule in RAISED.findall(source)}
    return sorted(lines)


def test_calls_of_other_services_are_unchanged(database: Database) -> None:
    found = contract(database)
    if os.environ.get("UPDATE_CONTRACT"):
        FILE.write_text("\n".join(found) + "\n")
    changes = changed(database)
    assert changes == [], "\n".join(["the contract changed; see this file's first lines.", *changes])


def changed(database: Database) -> list[str]:
    """Return the lines that differ, and the services that each affects."""
    found, listed = contract(database), FILE.read_text().splitlines()
    with database.connect() as connection:
        # A removed object has its grants in the reference, a new one in the database.
        grants = reference()["grants"] | read(connection)["grants"]
    lines = [(f"- {line}", line) for line in listed if line not in found]
    lines += [(f"+ {line}", line) for line in found if line not in listed]
    return [
        f"{text}   affects: {', '.join(services(line, grants, listed + found)) or 'nobody'}" for text, line in lines
    ]


# Maps a change to the line that names it, and to the affected services.
AFFECTED = {
    "drop function public.document_started(uuid, integer)": (
        "- function document_started(",
        "UI's server, KB Updater, back office",
    ),
    "drop function public.find_business_by_number(text)": (
        "- function find_business_by_number(",
        "UI's server, Voice Agent, back office",
    ),
    "alter table public.documents rename column vector_db_id to vectors": (
        "- documents.vector_db_id",
        "UI, UI's server, KB Updater, back office",
    ),
    "alter table public.wallets alter column is_active drop default": (
        "- wallets.is_active boolean",
        "UI, UI's server, back office",
    ),
    "alter type public.appointment_source add value 'kiosk'": (
        "+ type appointment_source",
        "UI, UI's server, Voice Agent, back office",
    ),
    "alter table public.appointments add constraint planted check (duration < 1000)": (
        "+ rule planted on appointments",
        "UI, UI's server, Voice Agent, back office",
    ),
    "alter table public.documents add column planted text": ("+ documents.planted text", ""),
}


@pytest.mark.parametrize("change", AFFECTED)
def test_a_change_names_the_services_that_it_affects(
    database: Database, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The planted changes must not be written to contract.txt.
    monkeypatch.delenv("UPDATE_CONTRACT", raising=False)
    beginning, who = AFFECTED[change]
    database.owner(change)
    line = next(line for line in changed(database) if line.startswith(beginning))
    told = line.partition("affects: ")[2]
    assert told == who or (not who and told)
    with pytest.raises(AssertionError, match=re.escape(told)):
        test_calls_of_other_services_are_unchanged(database)


def test_every_line_of_the_contract_affects_a_service() -> None:
    listed = FILE.read_text().splitlines()
    grants = reference()["grants"]
    assert [line for line in listed if not services(line, grants, listed)] == []


def test_no_rule_uses_a_code_that_the_data_api_answers_with_500(database: Database) -> None:
    for (source,) in database.owner(SOURCES):
        for state, rule in RAISED.findall(source):
            assert state in STATES, f"{rule} raises {state}"
