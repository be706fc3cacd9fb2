"""Migrate over the direct connection."""

from typing import Any, override

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder

from aira.migrate import comments
from aira.migrate.catalog.reference import drift, to_migrate
from aira.migrate.lock_retries import Patience, one_at_a_time, patiently
from aira.outbox import endpoints
from aira.schema import partitions, role_timeouts, temporary_objects
from aira.schema.server_version import has_table, require_usable

DRIFT_SHOWN = 20
# A migration of the history that 1.0 replaced.
BEFORE_1_0 = ("businesses", "0003_contract")


class Command(migrate.Command):
    """Command that migrates beside running services."""

    help = "Migrate as the owner, through DATABASE_DIRECT_URL. `migrate zero` reverses everything, including the data."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="direct")
        for name, description in (
            ("lock_timeout", "seconds to wait for a lock of a table, during which writers wait"),
            ("statement_timeout", "seconds that a statement may take"),
            ("attempts", "number of attempts to get a lock"),
        ):
            default = getattr(Patience, name)
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                type=type(default),
                default=default,
                help=f"{description} (default: {default})",
            )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        require_usable(alias)
        patience = Patience(options["lock_timeout"], options["statement_timeout"], options["attempts"])
        if patience.lock_timeout <= 0 or patience.statement_timeout <= 0 or patience.attempts < 1:
            raise CommandError("--lock-timeout, --statement-timeout and --attempts must be greater than 0.")
        if options["plan"] or options["check_unapplied"]:
            # Read-only options need no lock.
            super().handle(*args, **options)
            return
        try:
            with one_at_a_time(alias, patience):
                patiently(alias, patience, lambda: self.run(alias, *args, **options), self.stdout.write)
        except DatabaseError as error:
            refusal = getattr(error.__cause__, "diag", None)
            if refusal is None or not refusal.message_hint:
                raise
            # The project's own migrations raise hints on what to do. A traceback would hide them.
            raise CommandError(f"{refusal.message_primary}. {refusal.message_hint}") from error

    def run(self, alias: str, *args: Any, **options: Any) -> None:
        """Migrate, then update endpoints, partitions, comments and limits."""
        if options["app_label"] == "zero":
            self.reverse_everything(*args, **options)
            return
        self.refuse_foreign_tables(alias)
        super().handle(*args, **options)
        if has_table(alias, "private.service_endpoints"):
            endpoints.sync(alias)
        if has_table(alias, "audit.events"):
            # Without a worker, deploys keep the partitions that writes need.
            partitions.add_missing(alias)
        comments.write(alias)
        if refused := temporary_objects.withhold(alias):
            self.stderr.write(refused)
        for refused in role_timeouts.limit(alias):
            self.stderr.write(refused)
        self.report_drift(alias)

    def report_drift(self, alias: str) -> None:
        """Report objects that were changed by hand."""
        if to_migrate(alias):
            # At an earlier migration, there is no reference to compare with.
            return
        found = drift(alias)
        for one in found[:DRIFT_SHOWN]:
            self.stderr.write(str(one))
        if found:
            self.stderr.write(f"{len(found)} objects were changed by hand. manage.py drift lists them.")

    def refuse_foreign_tables(self, alias: str) -> None:
        """Refuse a database with tables of AiRa that other migrations made."""
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        if BEFORE_1_0 in applied:
            raise CommandError(
                "This database was made by a version before 1.0, whose migrations were replaced. Nothing was changed. "
                "For the embedded server, run make clean, then make run. Elsewhere, create an empty database."
            )
        if has_table(alias, "public.business_v2") and ("businesses", "0001_initial") not in applied:
            raise CommandError(
                "This database has AiRa's tables already, made by other migrations. Nothing was changed. "
                "Take it over with manage.py adopt (docs/ADOPTION.md)."
            )

    def reverse_everything(self, *args: Any, **options: Any) -> None:
        """Reverse all migrations."""
        # Reversing an app also reverses the apps that depend on it, so read again which ones are still applied.
        while applied := MigrationRecorder(connections[options["database"]]).applied_migrations():
            app_label = min(app_label for app_label, _ in applied)
            super().handle(*args, **{**options, "app_label": app_label, "migration_name": "zero"})
