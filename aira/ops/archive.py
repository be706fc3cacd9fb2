"""Old months of partitioned tables: archived to files, and brought back.

Written, read again, and only then dropped: killed at any moment, a month is in the database, in the archive, or both.
"""

import gzip
import json
import time
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections, transaction
from django.utils import timezone
from psycopg import sql

from aira.db.functions import rows
from aira.ops.archive_files import ArchiveError, Hashed, Manifest, Month, header, read_manifest, verify, whole
from aira.ops.models import Archive

# A month that was brought back is somebody's work for a while.
KEEP_RESTORED = timedelta(days=30)
LOCK_TRIES = 5


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
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = %s::regclass",
        table,
    )
    return [date(int(name[-7:-3]), int(name[-2:]), 1) for (name,) in names]


def archive(month: Month) -> Manifest:
    """Writes a month to its files, reads them again, and drops it when all of it is there."""
    manifest = write(month)
    verify(month, manifest)
    drop(month, manifest)
    return manifest


def write(month: Month) -> Manifest:
    """Both files, from one snapshot. What an interrupted run left there is replaced."""
    query = sql.SQL(
        "copy (select * from {} where at >= {} and at < {} order by at, id)"
        " to stdout (format csv, header, encoding 'utf8')"
    ).format(
        sql.Identifier(*month.table.split(".")),
        sql.Literal(f"{month.first} 00:00Z"),
        sql.Literal(f"{month.next} 00:00Z"),
    )
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        count, digest = digest_of(cursor, month)
        if count is None:
            raise ArchiveError(f"{month}: it is not in the database.")
        cursor.execute("select current_setting('server_version')")
        (server,) = cursor.fetchone()
        with whole(month.data) as file:
            hashed = Hashed(file)
            with gzip.open(hashed, "wb") as compressed, cursor.cursor.copy(query) as copy:
                for block in copy:
                    compressed.write(block)
    manifest = Manifest(
        table=month.table,
        month=f"{month.first:%Y-%m}",
        columns=header(month),
        rows=count,
        digest=digest,
        size=hashed.size,
        sha256=hashed.sha256.hexdigest(),
        server=server,
        created_at=timezone.now().isoformat(),
    )
    with whole(month.manifest) as file:
        file.write(json.dumps(asdict(manifest), indent=1).encode())
    return manifest


def digest_of(cursor: Any, month: Month) -> tuple[int | None, str]:
    cursor.execute("select held, digest from private.month_digest(%s::regclass, %s)", [month.table, month.first])
    count, digest = cursor.fetchone()
    return count, str(digest)


def drop(month: Month, manifest: Manifest) -> None:
    """Drops the month, if the database still holds what the manifest says, and notes where it went."""
    for tried in range(1, LOCK_TRIES + 1):
        try:
            with transaction.atomic():
                rows(
                    "select private.drop_month(%s::regclass, %s, %s, %s)",
                    month.table,
                    month.first,
                    manifest.rows,
                    manifest.digest,
                )
                Archive.objects.update_or_create(
                    table_name=month.table,
                    month=month.first,
                    defaults={
                        "file": month.data.name,
                        "rows": manifest.rows,
                        "size": manifest.size,
                        "sha256": manifest.sha256,
                        "created_at": timezone.now(),
                        "restored_at": None,
                    },
                )
            return
        except OperationalError as error:
            # Readers hold the table; they are not made to wait for us.
            if getattr(error.__cause__, "sqlstate", None) != "55P03" or tried == LOCK_TRIES:
                raise
            time.sleep(tried)


def restore(month: Month) -> Manifest:
    """Brings a month back, as the owner of the schema: nobody else may write audit events."""
    known = Archive.objects.filter(table_name=month.table, month=month.first).first()
    if known is None:
        raise ArchiveError(f"{month}: it was never archived.")
    manifest = read_manifest(month)
    if known.sha256 != manifest.sha256:
        raise ArchiveError(f"{month}: {month.manifest} is not the one that was written: SHA-256 {manifest.sha256}.")
    verify(month, manifest)
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("select private.add_partition(%s::regclass, %s)", [month.table, month.first])
        if not cursor.fetchone()[0]:
            raise ArchiveError(f"{month}: it is in the database already.")
        load(cursor, month, manifest)
        count, digest = digest_of(cursor, month)
        # Columns that were added since make another digest of the same rows.
        same_columns = manifest.columns == columns_of(cursor, month.table)
        if count != manifest.rows or (same_columns and digest != manifest.digest):
            raise ArchiveError(f"{month}: the rows that were read are not those that were archived.")
        Archive.objects.using("direct").filter(pk=known.pk).update(restored_at=timezone.now())
    return manifest


def load(cursor: Any, month: Month, manifest: Manifest) -> None:
    query = sql.SQL("copy {} ({}) from stdin (format csv, header match, encoding 'utf8')").format(
        sql.Identifier(*month.table.split(".")), sql.SQL(", ").join(map(sql.Identifier, manifest.columns))
    )
    with gzip.open(month.data, "rb") as file, cursor.cursor.copy(query) as copy:
        while block := file.read(1 << 16):
            copy.write(block)


def columns_of(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "select array_agg(a.attname::text order by a.attnum) from pg_attribute a"
        " where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped",
        [table],
    )
    (columns,) = cursor.fetchone()
    return columns
