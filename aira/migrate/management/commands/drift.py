"""Report changes by hand from the command line."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from aira.migrate.catalog import read
from aira.migrate.catalog.reference import FILE, drift, raw, reference, to_migrate, write
from aira.migrate.way_back import Target, way_back
from aira.schema.server_version import require_tables


class Command(BaseCommand):
    """Command that compares the catalog with its reference."""

    help = (
        "Compare tables, columns, constraints, indexes, views, policies, triggers, functions and grants with the "
        "reference of the migrations. Exit code 1 if there are differences."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the differences as JSON")
        parser.add_argument("--sql", action="store_true", help="print the statements that lead back, for psql")
        parser.add_argument("--write", action="store_true", help=f"write {FILE.name} from a freshly migrated database")
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        require_tables(alias)
        if missing := to_migrate(alias):
            raise CommandError(
                f"{len(missing)} migrations are not applied, from {missing[0]} on. Run manage.py migrate."
            )
        if options["write"]:
            write(read(raw(alias), of_server=True))
            self.stdout.write(f"Wrote {FILE.name}.")
            return
        found = drift(alias)
        if options["sql"]:
            for statement in way_back(found, target_of(alias)):
                self.stdout.write(statement)
        elif options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
        else:
            for one in found:
                self.stdout.write(str(one))
            self.stdout.write(f"{len(found)} objects differ from the migrations.")
        if found:
            raise SystemExit(1)


def target_of(alias: str) -> Target:
    """Return the state to which the database should go back."""
    query = (
        "select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)),"
        " pg_catalog.quote_ident(pg_catalog.current_database())"
        " from pg_catalog.pg_namespace n where n.nspname = 'private'"
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        owner, database = cursor.fetchone()
    return Target(reference(), owner, database)
