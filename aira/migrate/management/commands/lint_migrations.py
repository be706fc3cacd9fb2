"""Check migrations from the command line."""

from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.migrate.linting import own_migrations, sql_of, squawk, unlinted
from aira.migrate.unsafe_statements import refusals, undocumented_code


class Command(BaseCommand):
    """Command that refuses migrations for which services would wait, or which break them."""

    help = "Check the SQL of each new migration with squawk. docs/MIGRATIONS.md has safe recipes."
    # `make lint` uses a server without passwords of roles and without tables.
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="direct", help="database whose version is read; nothing is changed")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        known = unlinted()
        new = [migration for migration in own_migrations() if str(migration) not in known]
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
            raise CommandError(f"{refused} of {len(new)} migrations are unsafe. docs/MIGRATIONS.md has safe recipes.")
        self.stdout.write(f"{len(new)} migrations are safe; {len(known)} older ones are not checked.")
