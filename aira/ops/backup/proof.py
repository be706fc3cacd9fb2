"""Check a restored database: the recorded state, migrations, drift, integrity, the ledger and the access matrix.

`manage.py restore` and `manage.py restore_drill` run the same checks.
"""

import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from aira.migrate.catalog.reference import drift
from aira.ops import integrity
from aira.ops.access_matrix import DOCS, build, differences
from aira.ops.backup.state import State

RESTORED = "restored"
# True if the schema auth stands in for Supabase Auth.
OUR_AUTH = "select pg_catalog.obj_description(pg_catalog.to_regnamespace('auth'), 'pg_namespace') like 'AiRa:%'"
# The matrix was made with an empty database. Here, parties see rows that were restored.
COUNTED = re.compile(r"\b\d+ rows?\b")


def connected(url: str) -> str:
    """Make a connection of Django's to another database. Return its alias.

    Args:
        url: postgres://USER:PASSWORD@HOST:PORT/DATABASE, of the role that owns or will own the schema.
    """
    parts = urlsplit(url)
    connections.settings[RESTORED] = {
        **connections.settings["direct"],
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
    with suppress(AttributeError, KeyError):
        # An earlier one led elsewhere.
        del connections[RESTORED]
    return RESTORED


def problems(alias: str, recorded: State) -> tuple[State, list[str]]:
    """Migrate the restored database, and run all checks. Return its state and a sentence for each difference.

    The state is compared before this release's migrations run, which may change it.
    """
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        state = State.of(cursor)
        cursor.execute(
            "select pg_catalog.obj_description(pg_catalog.to_regnamespace('auth'), 'pg_namespace') like 'AiRa:%'"
        )
        ours = cursor.fetchone()[0]
    found = recorded.missing_in(state) if ours else of_ours(recorded).missing_in(of_ours(state))
    try:
        call_command("migrate", database=alias, verbosity=0)
        found += [f"drift: {one}" for one in drift(alias)]
        report = integrity.inspect(alias)
        found += [f"integrity: {fault}" for fault in report.faults if fault.part != "drift"]
        found += [f"access matrix: {line}" for line in access(alias)]
    except DatabaseError as error:
        found.append(f"the checks stopped: {str(error).strip().splitlines()[0]}")
    return state, found


def of_ours(state: State) -> State:
    """Return the state without the objects of Supabase Auth, which belong to the target."""
    return replace(
        state,
        rows={
            table: count
            for table, count in state.rows.items()
            if not table.startswith("auth.") or table == "auth.users"
        },
        guards=[guard for guard in state.guards if " auth." not in guard.partition(": ")[0]],
    )


def access(alias: str) -> list[str]:
    """Return the cells of the access matrix that differ from the committed one."""

    def without_counts(matrix: Any) -> Any:
        return json.loads(COUNTED.sub("rows", json.dumps(matrix)))

    committed = json.loads((DOCS / "access.json").read_text(encoding="utf-8"))
    return differences(without_counts(committed), without_counts(build(alias)))
