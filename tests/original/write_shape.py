"""`python -m tests.original.write_shape`: original.json of aira/adopt, from the 0001 migrations, on the server of DATABASE_URL."""

import json
import os
import re
from pathlib import Path

import django

from aira.embedded import PROJECT


def main() -> None:
    django.setup()
    from django.db import connections, transaction

    from aira.adopt import APPS, shape

    with transaction.atomic("direct"), connections["direct"].cursor() as cursor:
        for schema in ("public", "auth"):
            cursor.execute(f"drop schema if exists {schema} cascade; create schema {schema}")
        cursor.execute("create table auth.users (id uuid primary key)")
        cursor.execute("set local search_path = public")
        for app in APPS:
            cursor.execute((PROJECT / app / "migrations/0001_initial.sql").read_text())
        found = shape.read(cursor)
        transaction.set_rollback(True, "direct")
    kept = {kind: found[kind] for kind in ("columns", "constraints", "indexes", "enums")}
    kept["functions"] = {"": sources()}
    Path(shape.ORIGINAL).write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def sources() -> dict[str, str]:
    """Return the body of each function of the original, by name."""
    schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
    return dict(re.findall(r"CREATE OR REPLACE FUNCTION (\w+)\(.*?\$\$(.*?)\$\$", schema, re.DOTALL))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aira.settings")
    main()
