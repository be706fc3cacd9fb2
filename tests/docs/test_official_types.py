"""Test that the TypeScript types equal those of Supabase's generator, or are stricter."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aira.embedded import PROJECT
from tests.database import Database
from tests.docs.npm import installed

GENERATOR = "node_modules/@supabase/postgres-meta/dist/server/server.js"
ROLES = ("anon", "authenticated", "voice_agent", "kb_updater", "service_role")
ROW = 'Database["public"]["Tables"]["'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(Path(__file__).with_name("types_as_json.mjs"), tmp_path)
    return installed(tmp_path)


def official(folder: Path, database: Database) -> Any:
    """Return the types that `supabase gen types typescript` generates."""
    chosen = {
        "PG_META_GENERATE_TYPES": "typescript",
        "PG_META_GENERATE_TYPES_INCLUDED_SCHEMAS": "public",
        "PG_META_GENERATE_TYPES_DETECT_ONE_TO_ONE_RELATIONSHIPS": "true",
        "PG_META_DB_URL": database.address(),
    }
    done = subprocess.run(
        ["node", GENERATOR], cwd=folder, env=os.environ | chosen, capture_output=True, text=True, check=True
    )
    (folder / "official.ts").write_text(done.stdout)
    return as_json(folder, folder / "official.ts")


def as_json(folder: Path, file: Path) -> Any:
    done = subprocess.run(
        ["node", "types_as_json.mjs", str(file)], cwd=folder, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def differences(ours: Any, theirs: Any, rows: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each difference and both sides. An optional member ends with "?"."""
    if isinstance(ours, str) and ours.startswith(ROW):
        # Supabase repeats the columns where this project names the row.
        ours = rows[ours.removeprefix(ROW).partition('"')[0]]["Row"]
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        if ours != theirs:
            yield path, ours, theirs
        return
    names = sorted({name.removesuffix("?") for name in (*ours, *theirs)})
    for name in names:
        mine, other = (next((key for key in side if key.removesuffix("?") == name), None) for side in (ours, theirs))
        if mine is None or other is None:
            yield (*path, name), ours.get(mine or ""), theirs.get(other or "")
            continue
        yield from differences(ours[mine], theirs[other], rows, (*path, name))
        if mine != other and ours[mine] != "never":
            yield (*path, name), mine, other


def stricter(database: Database, path: tuple[str, ...], ours: Any, theirs: Any) -> bool:
    """Tell whether the type is stricter than the catalog, and the database enforces it."""
    match path:
        case ("Tables", table, ("Insert" | "Update") as verb, column):
            if ours == "never":
                asks = "select bool_or(has_column_privilege(role, %s, %s, %s)) from unnest(%s::text[]) role"
                [writable] = database.owner(asks, f"public.{table}", column, verb, list(ROLES)).fetchone()
                return not writable
            # A trigger fills user_id from the business. test_types.py inserts without it.
            return verb == "Insert" and (ours, theirs) == ("user_id?", "user_id")
        case ("Functions", _, "Returns", *_):
            # The result of a function can be null unless aira/devtools/types/never_null.py excludes that.
            return ours in (f"null | {theirs}", f"{theirs} | null", f"NonNullable<{theirs}>")
    return False


@pytest.mark.slow
def test_types_equal_those_of_supabase_or_are_stricter(folder: Path, database: Database) -> None:
    ours, theirs = as_json(folder, PROJECT / "docs/types/database.types.ts"), official(folder, database)
    assert ours["Constants"] == theirs["Constants"]
    mine, other = ours["Database"]["public"], theirs["Database"]["public"]
    assert len(other["Tables"]) > 7
    assert len(other["Functions"]) > 15
    found = list(differences(mine, other, mine["Tables"]))
    assert [one for one in found if not stricter(database, *one)] == []
    assert len(found) > 20, "what nobody may write is never"


@pytest.mark.slow
def test_a_change_of_the_database_shows_in_the_types_of_supabase(folder: Path, database: Database) -> None:
    ours = as_json(folder, PROJECT / "docs/types/database.types.ts")["Database"]["public"]
    database.owner("alter table public.documents add column pages integer")
    database.owner("alter table public.documents alter column mime_type set not null")
    theirs = official(folder, database)["Database"]["public"]
    found = {
        path
        for path, mine, other in differences(ours, theirs, ours["Tables"])
        if not stricter(database, path, mine, other)
    }
    assert ("Tables", "documents", "Row", "pages") in found
    assert ("Tables", "documents", "Row", "mime_type") in found
