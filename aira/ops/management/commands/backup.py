"""Make and verify backups from the command line."""

import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aira.ops.backup import BackupError, dump, pgbackrest
from aira.ops.models import Backup


class Command(BaseCommand):
    """Command that makes, lists and verifies backups."""

    help = (
        "Write the whole database from one snapshot to a file in BACKUP_DIR, read it again, and remove "
        "all but the newest BACKUP_KEEP files. With BACKUP_ENCRYPT_TO, gpg encrypts it. Uses DATABASE_DIRECT_URL, as "
        "the owner. --driver pgbackrest uses pgBackRest and its repository, on the server's own machine."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--driver", choices=["pg_dump", "pgbackrest"], default="pg_dump", help="default: pg_dump")
        parser.add_argument(
            "--type", choices=["full", "incr"], help="for pgbackrest (default: incr, but full for the first backup)"
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="list the backups")
        what.add_argument("--verify", action="store_true", help="read every backup and compare it with its manifest")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["driver"] == "pgbackrest":
                self.by_pgbackrest(options)
            elif options["type"]:
                raise CommandError("--type is for pgbackrest only. A dump is always full.")
            elif options["list"] or options["verify"]:
                self.show(check=options["verify"])
            else:
                self.back_up()
        except BackupError as error:
            raise CommandError(str(error)) from None

    def back_up(self) -> None:
        """Make a dump and remove old ones."""
        began = time.monotonic()
        path, manifest = dump.back_up()
        duration = timedelta(seconds=time.monotonic() - began)
        self.record(path.name, str(path), manifest, duration)
        for gone in dump.prune(settings.BACKUP_KEEP):
            self.stdout.write(f"Removed {gone.name}, since BACKUP_KEEP is {settings.BACKUP_KEEP}")

    def by_pgbackrest(self, options: dict[str, Any]) -> None:
        """Make, list or verify backups of pgBackRest."""
        if options["verify"]:
            pgbackrest.verify()
            for one in pgbackrest.backups():
                pgbackrest.checked(one["label"])
            self.stdout.write("The repository is intact.")
        elif options["list"]:
            for one in pgbackrest.backups():
                self.stdout.write(f"{pgbackrest.stanza()}/{one['label']}: {one['info']['repository']['delta']} bytes")
        else:
            began = time.monotonic()
            manifest = pgbackrest.back_up(options["type"] or "incr")
            self.record(manifest.name, manifest.name, manifest, timedelta(seconds=time.monotonic() - began))
            for gone in pgbackrest.prune():
                self.stdout.write(f"Removed {gone}, since the retention removed its backup")

    def record(self, file: str, shown: str, manifest: dump.Manifest | pgbackrest.Manifest, duration: timedelta) -> None:
        """Record a backup and print it."""
        rows = sum(manifest.state.rows.values())
        Backup.objects.using("direct").update_or_create(
            file=file,
            defaults={
                "taken_at": datetime.fromisoformat(manifest.taken_at),
                "duration": duration,
                "rows": rows,
                "size": manifest.size,
                "sha256": manifest.sha256,
            },
        )
        self.stdout.write(
            f"{shown}: {rows} rows of {len(manifest.state.rows)} tables, {manifest.size} bytes, verified, "
            f"{duration.total_seconds():.1f} s"
        )
        if manifest.state.problems:
            self.stderr.write(
                f"The ledger proof failed: the backup contains {len(manifest.state.problems)} problems. "
                "Open the ledger proof in the console."
            )

    def show(self, *, check: bool) -> None:
        """List the dumps, and verify them if asked."""
        wrong = 0
        for path in dump.files():
            try:
                manifest = dump.verify(path) if check else dump.manifest_of(path)
            except BackupError as error:
                self.stdout.write(f"{path.name}: {error}")
                wrong += 1
            else:
                note = ", verified" if check else ""
                self.stdout.write(f"{path.name}: {sum(manifest.state.rows.values())} rows, {manifest.size} bytes{note}")
        if wrong:
            raise CommandError(f"{wrong} backups are not reliable.")
