"""Django's migrate, on the direct connection."""

from typing import Any

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


class Command(migrate.Command):
    help = "Migrates as the owner, over DATABASE_DIRECT_URL. `migrate zero` takes everything back, data included."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="direct")
        for name, what in (
            ("lock_timeout", "seconds to wait for a table's lock, while writers wait behind"),
            ("statement_timeout", "seconds that a statement may take"),
            ("attempts", "how often to try again when a lock is not had"),
        ):
            default = getattr(Patience, name)
            parser.add_argument(
                f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"{what} (default: {default})"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        require_usable(alias)
        patience = Patience(options["lock_timeout"], options["statement_timeout"], options["attempts"])
        if patience.lock_timeout <= 0 or patience.statement_timeout <= 0 or patience.attempts < 1:
            raise CommandError("--lock-timeout, --statement-timeout and --attempts must be greater than 0.")
        if options["plan"] or options["check_unapplied"]:
            # They only look.
            super().handle(*args, **options)
            return
        try:
            with one_at_a_time(alias, patience):
                patiently(alias, patience, lambda: self.run(alias, *args, **options), self.stdout.write)
        except DatabaseError as error:
            refusal = getattr(error.__cause__, "diag", None)
            if refusal is None or not refusal.message_hint:
                raise
            # Our own migrations say what to do: a traceback would bury it.
            raise CommandError(f"{refusal.message_primary}. {refusal.message_hint}") from error

    def run(self, alias: str, *args: Any, **options: Any) -> None:
        if options["app_label"] == "zero":
            self.take_everything_back(*args, **options)
            return
        self.refuse_foreign_tables(alias)
        super().handle(*args, **options)
        if has_table(alias, "private.service_endpoints"):
            endpoints.sync(alias)
        if has_table(alias, "audit.events"):
            # Where no worker runs, deploys are what keeps writes possible.
            partitions.add_missing(alias)
        comments.write(alias)
        if refused := temporary_objects.withhold(alias):
            self.stderr.write(refused)
        for refused in role_timeouts.limit(alias):
            self.stderr.write(refused)
        self.tell_drift(alias)

    def tell_drift(self, alias: str) -> None:
        if to_migrate(alias):
            # Back at an earlier migration: what a database holds there is written down nowhere.
            return
        found = drift(alias)
        for one in found[:DRIFT_SHOWN]:
            self.stderr.write(str(one))
        if found:
            self.stderr.write(f"{len(found)} objects were changed by hand: manage.py drift shows all of them.")

    def refuse_foreign_tables(self, alias: str) -> None:
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        if has_table(alias, "public.business_v2") and ("businesses", "0001_initial") not in applied:
            raise CommandError(
                "this database holds AiRa's tables already, made by other migrations; nothing was changed. "
                "Take it over with manage.py adopt (docs/ADOPTION.md)."
            )

    def take_everything_back(self, *args: Any, **options: Any) -> None:
        # Each app's zero takes along what depends on it: of the rest only those that are still applied follow.
        while applied := MigrationRecorder(connections[options["database"]]).applied_migrations():
            app_label = min(app_label for app_label, _ in applied)
            super().handle(*args, **{**options, "app_label": app_label, "migration_name": "zero"})
