"""Archive old months of partitioned tables to files, and restore them.

A month is written, read again and only then dropped. If the process is killed, the month is in the database, in the
archive, or in both.
"""

import gzip
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connections, transaction
from django.utils import timezone
from psycopg import sql

from aira.ops.archive_files import ArchiveError, Hashed, Manifest, Month, archived, read_manifest, verify
from aira.ops.models import Archive
from aira.schema.errors import explain
from aira.schema.sql_calls import rows

# How long a restored month stays, so that the person who restored it can use it.
KEEP_RESTORED = timedelta(days=30)
LOCK_TRIES = 3
# The lock was not granted in time, or there was a deadlock with a writer.
LOCKED = ("55P03", "40P01")


def due(today: date) -> list[Month]:
    """Return the months in the database that are past their retention, the oldest first."""
    found = []
    for table, months in settings.ARCHIVE_AFTER.items():
        restored = Archive.objects.filter(table_name=table, restored_at__gt=timezone.now() - KEEP_RESTORED)
        kept = set(restored.values_list("month", flat=True))
        for first in months_of(table):
            age = (today.year - first.year) * 12 + today.month - first.month
            if age > months and first not in kept:
                found.append(Month(table, first))
    return sorted(found, key=lambda month: (month.first, month.table))


def months_of(table: str) -> list[date]:
    """Return the months of the table's partitions."""
    names = rows(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = %s::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'",
        table,
    )
    return [date(int(name[-7:-3]), int(name[-2:]), 1) for (name,) in names]


def archive_due(today: date) -> Iterator[tuple[Month, Manifest | ArchiveError]]:
    """Archive each due month. Yield its manifest or its error. An error does not stop the others."""
    for month in due(today):
        try:
            yield month, archive(month)
        except ArchiveError as error:
            yield month, error


def archive(month: Month) -> Manifest:
    """Write a month to its files, read them again, and drop the month if they are complete."""
    with exclusive_run():
        manifest = written(month) or write(month)
        verify(month, manifest)
        drop(month, manifest)
    return manifest


@contextmanager
def exclusive_run() -> Iterator[None]:
    """Exclude other runs on any host, which would write the same files.

    Each step is a transaction of its own. A transaction on the direct connection holds the lock.
    """
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('aira.ops.archive'))")
        if not cursor.fetchone()[0]:
            raise ArchiveError("Another run is archiving now. Try again when it has finished.")
        yield


def written(month: Month) -> Manifest | None:
    """Return the manifest of files that an earlier run wrote completely for this month.

    None if they must be written.

    Files with other content may be the only copy of it, and are never overwritten. A restored month is in the
    database, where an erasure may have changed it, so its files are written again.
    """
    known = Archive.objects.filter(table_name=month.table, month=month.first).first()
    if known and known.restored_at:
        return None
    if known:
        raise ArchiveError(
            f"{month}: {known.file} is the only copy of the rows that were archived on {known.created_at:%Y-%m-%d}. "
            "The partition that was created since holds other rows. Move them away and drop it, then --restore "
            "restores the month."
        )
    try:
        manifest = read_manifest(month)
        verify(month, manifest)
    except ArchiveError:
        return None
    with connections["default"].cursor() as cursor:
        if digest_of(cursor, month) == (manifest.rows, manifest.digest):
            return manifest
    raise ArchiveError(
        f"{month}: {month.data} holds other rows than the database, so it is not overwritten. "
        "Check that ARCHIVE_DIR belongs to this database."
    )


def write(month: Month) -> Manifest:
    """Write both files from one snapshot. Replace what an interrupted run left."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        count, digest = digest_of(cursor, month)
        if count is None:
            raise ArchiveError(
                f"{month}: the month is not in the database. manage.py archive --dry-run lists due ones."
            )
        cursor.execute("select current_setting('server_version')")
        (server,) = cursor.fetchone()
        columns = columns_of(cursor, month.table)
        with archived(month, month.data) as file:
            hashed = Hashed(file)
            with gzip.open(hashed, "wb") as compressed:
                for block in copied(cursor, month, columns):
                    compressed.write(block)
    manifest = Manifest(
        table=month.table,
        month=f"{month.first:%Y-%m}",
        columns=columns,
        rows=count,
        digest=digest,
        size=hashed.size,
        sha256=hashed.sha256.hexdigest(),
        server=server,
        created_at=timezone.now().isoformat(),
    )
    with archived(month, month.manifest) as file:
        file.write(json.dumps(asdict(manifest), indent=1).encode())
    return manifest


def copied(cursor: Any, month: Month, columns: list[str]) -> Iterator[bytes]:
    """Yield the month as CSV, in the form of the files."""
    query = sql.SQL(
        "copy (select {} from {} where at >= {} and at < {} order by at, id)"
        " to stdout (format csv, header, encoding 'utf8')"
    ).format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(*month.table.split(".")),
        sql.Literal(f"{month.first} 00:00Z"),
        sql.Literal(f"{month.next} 00:00Z"),
    )
    with cursor.cursor.copy(query) as copy:
        for block in copy:
            yield bytes(block)


def digest_of(cursor: Any, month: Month) -> tuple[int | None, str]:
    """Return the number of rows and their digest."""
    cursor.execute("select held, digest from private.month_digest(%s::regclass, %s)", [month.table, month.first])
    count, digest = cursor.fetchone()
    return count, str(digest)


def drop(month: Month, manifest: Manifest) -> None:
    """Drop the month if the database still holds the rows of the manifest. The database records the archive."""
    for tried in range(1, LOCK_TRIES + 1):
        try:
            with transaction.atomic():
                rows(
                    "select private.drop_month(%s::regclass, %s, %s, %s, %s, %s, %s)",
                    month.table,
                    month.first,
                    manifest.rows,
                    manifest.digest,
                    month.data.name,
                    manifest.size,
                    manifest.sha256,
                )
            return
        except (IntegrityError, DataError) as error:
            raise ArchiveError(f"{month}: {explain(error)}") from error
        except OperationalError as error:
            # Readers hold the table. Don't make them wait.
            if getattr(error.__cause__, "sqlstate", None) not in LOCKED:
                raise
        time.sleep(tried)
    raise ArchiveError(
        f"{month}: the partition is in use. {month.data} is complete, and the next run drops the partition."
    )


def restore(month: Month) -> Manifest:
    """Restore a month as the owner of the schema, since no other role may write audit events."""
    known = Archive.objects.filter(table_name=month.table, month=month.first).first()
    if known is None:
        raise ArchiveError(f"{month}: the month was never archived. manage.py archive --list shows the archived ones.")
    manifest = read_manifest(month)
    if known.sha256 != manifest.sha256:
        raise ArchiveError(
            f"{month}: {month.manifest} was changed since the month was archived: SHA-256 {manifest.sha256}. "
            "Take the file from another copy."
        )
    verify(month, manifest)
    try:
        with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
            restore_rows(cursor, month, manifest)
            Archive.objects.using("direct").filter(pk=known.pk).update(restored_at=timezone.now())
    except DatabaseError as error:
        diag = getattr(error.__cause__, "diag", None)
        if diag is None or not diag.sqlstate:
            raise
        way_out = (
            " Only the owner of the schema can restore. Check DATABASE_DIRECT_URL." if diag.sqlstate == "42501" else ""
        )
        raise ArchiveError(f"{month}: the database refused: {diag.message_primary}.{way_out}") from error
    return manifest


def restore_rows(cursor: Any, month: Month, manifest: Manifest) -> None:
    """Create the partition, copy the rows and compare them with the file byte by byte."""
    if gone := set(manifest.columns) - set(columns_of(cursor, month.table)):
        columns = ", ".join(sorted(gone))
        raise ArchiveError(f"{month}: the table no longer has the column {columns}. Restore it with an older release.")
    cursor.execute("select private.add_partition(%s::regclass, %s)", [month.table, month.first])
    if not cursor.fetchone()[0]:
        raise ArchiveError(f"{month}: the month is in the database already. It needs no restore.")
    query = sql.SQL("copy {} ({}) from stdin (format csv, header match, encoding 'utf8')").format(
        sql.Identifier(*month.table.split(".")), sql.SQL(", ").join(map(sql.Identifier, manifest.columns))
    )
    sent, found = hashlib.sha256(), hashlib.sha256()
    with gzip.open(month.data, "rb") as file, cursor.cursor.copy(query) as copy:
        while block := file.read(1 << 16):
            sent.update(block)
            copy.write(block)
    # Compare bytes instead of the digest, whose hash may differ in a later PostgreSQL.
    for line in copied(cursor, month, manifest.columns):
        found.update(line)
    if found.digest() != sent.digest():
        raise ArchiveError(f"{month}: the restored rows differ from the archived ones. Nothing was restored.")


def columns_of(cursor: Any, table: str) -> list[str]:
    """Return the columns that can be written, in their order. Generated columns are left out."""
    cursor.execute(
        "select array_agg(a.attname::text order by a.attnum) from pg_attribute a"
        " where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''",
        [table],
    )
    (columns,) = cursor.fetchone()
    return columns
