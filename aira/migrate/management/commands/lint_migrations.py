"""Refuses migrations that services would have to wait for, or that break them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aira.migrate.linting import ours, sql_of, squawk, unlinted
from aira.migrate.unsafe_statements import refusals, undocumented_code


class Command(BaseCommand):
    help = "Reads what each new migration runs with squawk. docs/MIGRATIONS.md has the safe recipes."
    # `make lint` has a server without roles' passwords and without tables.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="direct", help="is asked for its version; nothing is changed there")

    def handle(self, *args: Any, **options: Any) -> None:
        known = unlinted()
        new = [migration for migration in ours() if str(migration) not in known]
        refused = 0
        for migration in new:
            sql = sql_of(migration, options["database"])
            said = [*refusals(sql), *undocumented_code(migration)]
            if by_squawk := squawk(sql, atomic=migration.atomic):
                said.append(by_squawk)
            if said:
                refused += 1
                self.stdout.write("\n".join([str(migration), *said, ""]))
        if refused:
            raise CommandError(f"{refused} of {len(new)} migrations are unsafe: docs/MIGRATIONS.md has the recipes.")
        self.stdout.write(f"{len(new)} migrations are safe; {len(known)} are of before the linter.")
