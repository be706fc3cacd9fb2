"""Test that docs/types, which other services compile against, equals the database."""

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from mypy import api as mypy

from aira.devtools.types import WRITERS, read
from aira.devtools.types.never_null import NEVER_NULL
from aira.embedded import PROJECT
from tests.database import Database
from tests.docs.npm import compiled, installed
from tests.tenant_rows import Rows

TYPES = PROJECT / "docs" / "types"
VALUES: dict[str, Any] = {
    "name": "New",
    "business_type": "retail",
    "phone_number": "+14155550199",
    "display_name": "New",
    "country_code": "US",
    "number_type": "local",
    "customer_name": "Carol",
    "scheduled_at": "2031-01-01T10:00Z",
    "file_name": "a.pdf",
    "file_path": "x/a.pdf",
    "type": "credit",
    "amount": 5,
    "currency": "USD",
}


def test_the_committed_types_are_those_of_the_database(direct: Any) -> None:
    call_command("types", check=True)


def test_a_new_column_is_reported_until_the_types_are_written_again(
    database: Database, direct: Any, tmp_path: Path
) -> None:
    for name in WRITERS:
        shutil.copy(TYPES / name, tmp_path)
    database.owner("alter table public.documents add column pages integer not null default 1")
    with pytest.raises(CommandError, match=r"database\.types\.ts differs from the database"):
        call_command("types", check=True, folder=tmp_path)
    call_command("types", folder=tmp_path, verbosity=0)
    call_command("types", check=True, folder=tmp_path)
    assert "pages: number" in (tmp_path / "database.types.ts").read_text()
    assert "pages: int" in (tmp_path / "database_types.py").read_text()


def test_an_insert_needs_what_its_type_asks_for_and_nothing_more(database: Database, alices: Rows, direct: Any) -> None:
    database.owner("delete from public.booking_rules")
    given = VALUES | {"user_id": database.account("carol@example.com"), "business_id": alices.business}
    tried = 0
    for table in read("direct").tables:
        writable = [column for column in table.columns if column.inserted]
        required = [column.name for column in writable if not column.optional]
        if not writable:
            continue
        # A service has no account, so a business, or a number without a business, needs an owner.
        values = {name: given[name] for name in required} | (
            {"user_id": given["user_id"]} if table.name in ("business_v2", "business_numbers") else {}
        )
        for missing in required:
            with pytest.raises(psycopg.IntegrityError) as refused:
                insert(database, table.name, {name: value for name, value in values.items() if name != missing})
            assert refused.value.sqlstate in ("23502", "23503", "23514"), missing
            tried += 1
        insert(database, table.name, values)
    assert tried > 15


def insert(database: Database, table: str, values: dict[str, Any]) -> None:
    marks = ", ".join(["%s"] * len(values))
    given = f"({', '.join(values)}) values ({marks})" if values else "default values"
    with database.as_service("service_role") as sql:
        sql(f"insert into public.{table} {given}", *values.values())


def test_read_only_columns_are_missing_in_types_for_writing(direct: Any) -> None:
    written = (TYPES / "database_types.py").read_text()
    assert "class TransactionsInsert" in written
    assert "class LedgerEntriesInsert" not in written
    [appointment] = re.findall(r"class AppointmentsInsert\(TypedDict\):\n(.*?)\n\n\n", written, re.DOTALL)
    assert "customer_name: str" in appointment
    assert not {"deleted_at", "slot_number", "search", "busy_from"} & set(re.findall(r"^ +(\w+):", appointment, re.M))


def test_values_that_are_never_null_exist(direct: Any) -> None:
    answers = {
        function.name: {value.name for value in function.columns} or {""} for function in read("direct").functions
    }
    for name, never_null in NEVER_NULL.items():
        assert never_null <= answers[name], name


def test_pythons_types_pass_mypy() -> None:
    found, errors, ended = mypy.run(["--strict", "--config-file=", str(TYPES / "database_types.py")])
    assert ended == 0, found + errors
    ast.parse((TYPES / "database_types.py").read_text())


@pytest.mark.slow
def test_typescript_accepts_right_rows_and_refuses_wrong_ones(tmp_path: Path) -> None:
    folder = installed(tmp_path)
    shutil.copy(TYPES / "database.types.ts", folder)
    (folder / "right.ts").write_text("""
        import { createClient } from "@supabase/supabase-js"
        import { Constants, type Database, type Enums, type Tables, type TablesInsert } from "./database.types"

        const supabase = createClient<Database>("http://x", "key")
        const { data: booked } = await supabase
          .rpc("book_appointment", { p_business_id: "b", p_scheduled_at: "2031-12-01T10:00Z", p_customer_name: "Carol" })
          .single()
        export const outcome: string | undefined = booked?.outcome
        export const id: string | null | undefined = booked?.appointment_id
        const { data: embedded } = await supabase.from("appointments").select("id, business_v2(name)").single()
        export const name: string | undefined = embedded?.business_v2.name
        export const fresh: TablesInsert<"documents"> = { business_id: "b", file_name: "a", file_path: "b" }
        export const states: readonly Enums<"processing_status">[] = Constants.public.Enums.processing_status
        export const row = (document: Tables<"documents">): Enums<"processing_status"> => document.processing_status
        const { data: days } = await supabase.from("spending_by_day").select("day, spent")
        export const spent: number | null | undefined = days?.[0]?.spent
    """)
    assert compiled(folder, "right.ts") == ""
    (folder / "wrong.ts").write_text("""
        import type { TablesInsert } from "./database.types"

        export const trashed: TablesInsert<"documents"> = { business_id: "b", file_name: "a", file_path: "b", deleted_at: "2026-01-01" }
        export const nameless: TablesInsert<"appointments"> = { business_id: "b", scheduled_at: "2026-01-01" }
        export const unknown: TablesInsert<"appointments"> = { business_id: "b", customer_name: "c", scheduled_at: "d", status: "lost" }
    """)
    found = compiled(folder, "wrong.ts")
    assert found.count("error TS") == 3, found
    for line, said in ((4, "undefined"), (5, "customer_name"), (6, '"lost"')):
        assert re.search(rf"wrong\.ts\({line},.*{said}", found), found
