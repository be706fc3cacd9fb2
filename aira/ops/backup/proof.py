"""Check a restored database: the recorded state, migrations, drift, integrity, the ledger and the access matrix.

`manage.py restore` and `manage.py restore_drill` run the same checks.
"""

import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from aira.environment import database_at
from aira.migrate.catalog.reference import drift
from aira.ops import integrity
from aira.ops.access_matrix import DOCS, build, differences
from aira.ops.backup.state import State

RESTORED = "restored"
# The matrix was made with an empty database. Here, parties see rows that were restored.
COUNTED = re.compile(r"\b\d+ rows?\b")


def connected(url: str) -> str:
    """Make a connection of Django's to another database. Return its alias.

    Args:
        url: postgres://USER:PASSWORD@HOST:PORT/DATABASE, of the role that owns or will own the schema.
    """
    connections.settings[RESTORED] = {**connections.settings["direct"], **database_at(url, "--into")}
    with suppress(AttributeError, KeyError):
        # A connection of an earlier call leads to another database.
        del connections[RESTORED]
    return RESTORED


def problems(alias: str, recorded: State, *, own_auth: bool) -> tuple[State, list[str]]:
    """Migrate the restored database, and run all checks. Return its state and a sentence for each difference.

    The state is compared before this release's migrations run, which may change it.

    Args:
        own_auth: the database had a schema auth of its own, with which the recorded one is not compared.
    """
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        state = State.of(cursor)
    found = without_auth(recorded).missing_in(without_auth(state)) if own_auth else recorded.missing_in(state)
    try:
        call_command("migrate", database=alias, verbosity=0)
        found += [f"drift: {one}" for one in drift(alias)]
        report = integrity.inspect(alias)
        found += [f"integrity: {fault}" for fault in report.faults if fault.part != "drift"]
        found += [f"access matrix: {line}" for line in access(alias)]
    except DatabaseError as error:
        found.append(f"the checks stopped: {str(error).strip().splitlines()[0]}")
    return state, found


def without_auth(state: State) -> State:
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
