"""Old months of partitioned tables: archived to files, and brought back.

Written, read again, and only then dropped: killed at any moment, a month is in the database, in the archive, or both.
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

from aira.ops.archive_files import ArchiveError, Hashed, Manifest, Month, read_manifest, verify, whole
from aira.ops.models import Archive
from aira.schema.errors import explain
from aira.schema.sql_calls import rows

# A month that was brought back is somebody's work for a while.
KEEP_RESTORED = timedelta(days=30)
LOCK_TRIES = 3
# The lock was not had in time; or a writer waits for us, and we for it.
LOCKED = ("55P03", "40P01")


def due(today: date) -> list[Month]:
    """What is past its retention and in the database, the oldest first."""
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
    names = rows(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = %s::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'",
        table,
    )
    return [date(int(name[-7:-3]), int(name[-2:]), 1) for (name,) in names]


def archive_due(today: date) -> Iterator[tuple[Month, Manifest | ArchiveError]]:
    """Each month that is due, and what became of it: one that can't be archived does not hold up the others."""
    for month in due(today):
        try:
            yield month, archive(month)
        except ArchiveError as error:
            yield month, error


def archive(month: Month) -> Manifest:
    """Writes a month to its files, reads them again, and drops it when all of it is there."""
    with alone():
        manifest = written(month) or write(month)
        verify(month, manifest)
        drop(month, manifest)
    return manifest


@contextmanager
def alone() -> Iterator[None]:
    """No other run, on any host: two would write the same files.

    Each step is a transaction of its own; one on the direct connection keeps the lock meanwhile.
    """
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('aira.ops.archive'))")
        if not cursor.fetchone()[0]:
            raise ArchiveError("another run is archiving at this moment.")
        yield


def written(month: Month) -> Manifest | None:
    """The manifest of files that hold this month already, from a run that was killed; None when they are to be written.

    Files that hold anything else may be the only copy of it, and are never written over. A month that was brought back
    is in the database, where an erasure may have changed it: its files are renewed.
    """
    known = Archive.objects.filter(table_name=month.table, month=month.first).first()
    if known and known.restored_at:
        return None
    if known:
        raise ArchiveError(
            f"{month}: {known.file} is the only copy of what was archived {known.created_at:%Y-%m-%d}, and the "
            "partition that was made since holds something else. Move its rows away and drop it, then --restore "
            "brings the month back."
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
        f"{month}: {month.data} holds other rows than the database, and is not written over. "
        "Is ARCHIVE_DIR another database's?"
    )


def write(month: Month) -> Manifest:
    """Both files, from one snapshot. What an interrupted run left there is replaced."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        count, digest = digest_of(cursor, month)
        if count is None:
            raise ArchiveError(f"{month}: it is not in the database.")
        cursor.execute("select current_setting('server_version')")
        (server,) = cursor.fetchone()
        columns = columns_of(cursor, month.table)
        with whole(month, month.data) as file:
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
    with whole(month, month.manifest) as file:
        file.write(json.dumps(asdict(manifest), indent=1).encode())
    return manifest


def copied(cursor: Any, month: Month, columns: list[str]) -> Iterator[bytes]:
    """The month as CSV, as it is in the files."""
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
    cursor.execute("select held, digest from private.month_digest(%s::regclass, %s)", [month.table, month.first])
    count, digest = cursor.fetchone()
    return count, str(digest)


def drop(month: Month, manifest: Manifest) -> None:
    """Drops the month, if the database still holds what the manifest says; the database notes where it went."""
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
            # Readers hold the table; they are not made to wait for us.
            if getattr(error.__cause__, "sqlstate", None) not in LOCKED:
                raise
        time.sleep(tried)
    raise ArchiveError(f"{month}: it is in use, {month.data} is there; the next run drops it.")


def restore(month: Month) -> Manifest:
    """Brings a month back, as the owner of the schema: nobody else may write audit events."""
    known = Archive.objects.filter(table_name=month.table, month=month.first).first()
    if known is None:
        raise ArchiveError(f"{month}: it was never archived.")
    manifest = read_manifest(month)
    if known.sha256 != manifest.sha256:
        raise ArchiveError(f"{month}: {month.manifest} is not the one that was written: SHA-256 {manifest.sha256}.")
    verify(month, manifest)
    try:
        with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
            bring_back(cursor, month, manifest)
            Archive.objects.using("direct").filter(pk=known.pk).update(restored_at=timezone.now())
    except DatabaseError as error:
        diag = getattr(error.__cause__, "diag", None)
        if diag is None or not diag.sqlstate:
            raise
        way_out = " Only the owner of the schema restores: see DATABASE_DIRECT_URL." if diag.sqlstate == "42501" else ""
        raise ArchiveError(f"{month}: the database refused, {diag.message_primary}.{way_out}") from error
    return manifest


def bring_back(cursor: Any, month: Month, manifest: Manifest) -> None:
    """The partition and its rows; then they are read from there, and must be the file's to the byte."""
    if gone := set(manifest.columns) - set(columns_of(cursor, month.table)):
        raise ArchiveError(f"{month}: the table has no column {', '.join(sorted(gone))} any more.")
    cursor.execute("select private.add_partition(%s::regclass, %s)", [month.table, month.first])
    if not cursor.fetchone()[0]:
        raise ArchiveError(f"{month}: it is in the database already.")
    query = sql.SQL("copy {} ({}) from stdin (format csv, header match, encoding 'utf8')").format(
        sql.Identifier(*month.table.split(".")), sql.SQL(", ").join(map(sql.Identifier, manifest.columns))
    )
    sent, found = hashlib.sha256(), hashlib.sha256()
    with gzip.open(month.data, "rb") as file, cursor.cursor.copy(query) as copy:
        while block := file.read(1 << 16):
            sent.update(block)
            copy.write(block)
    # Not by the digest: its hash may be another one in a later PostgreSQL.
    for line in copied(cursor, month, manifest.columns):
        found.update(line)
    if found.digest() != sent.digest():
        raise ArchiveError(f"{month}: the rows that were read are not those that were archived.")


def columns_of(cursor: Any, table: str) -> list[str]:
    """Those that are written, in their order: generated ones are not."""
    cursor.execute(
        "select array_agg(a.attname::text order by a.attnum) from pg_attribute a"
        " where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''",
        [table],
    )
    (columns,) = cursor.fetchone()
    return columns
