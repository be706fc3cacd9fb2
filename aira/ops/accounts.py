"""The right to a copy, and to be forgotten: everything about an account as JSON, and its erasure."""

import json
import logging
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from aira.analytics import refresh
from aira.audit.actor import because
from aira.ops import archive
from aira.ops.archive_files import Month, mentions
from aira.ops.models import Archive
from aira.schema.models import Account
from aira.schema.sql_calls import rows

log = logging.getLogger("aira.ops")

EVERYTHING = Path(__file__).with_name("export.sql").read_text(encoding="utf-8")


class UnknownAccount(Exception):
    """There is no account with this e-mail or id, or more than one."""


def find(who: str) -> Account:
    """who: e-mail in any case, or id."""
    who = who.strip()
    try:
        found = list(Account.objects.filter(**({"email__iexact": who} if "@" in who else {"pk": who})))
    except ValidationError:
        found = []
    if not found:
        raise UnknownAccount(f"There is no account {who!r}. Give its e-mail or its id.")
    if len(found) > 1:
        raise UnknownAccount(f"{len(found)} accounts have the e-mail {who!r}, but for its case. Give the id.")
    return found[0]


def export(*, account: UUID, reason: str) -> Iterator[str]:
    """The account's data as one JSON object, a list for each section that is not empty, in parts; on record."""
    # Its own transaction: the record stands whether or not the reader stays to the end.
    with transaction.atomic():
        because(reason)
        rows("select private.record_use('export', %s)", account)
    return parts(account)


def parts(account: UUID) -> Iterator[str]:
    # A cursor of the server: an account may have a million rows.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(EVERYTHING, {"account": account})
        yield "{"
        for number, (section, group) in enumerate(groupby(cursor, key=itemgetter(0))):
            yield (",\n" if number else "\n") + f'"{section}": ['
            for position, (_, row) in enumerate(group):
                yield (",\n" if position else "\n") + (row if isinstance(row, str) else json.dumps(row))
            yield "]"
        yield "\n}\n"


def erase(*, account: UUID, reason: str) -> dict[str, int]:
    """Removes the account and everything personal that the database keeps about it, for good; how many rows of what.

    Idempotent, and it also clears up after an account that was deleted elsewhere. Archived months: `redact_archives`.
    """
    with transaction.atomic():
        because(reason)
        done = rows("select private.erase_account(%s)::text", account)[0][0]
        # Answers that the API repeats for a day: each row in them names its owner.
        rows("delete from console.idempotent_answers where position(%s in body) > 0 returning 1", str(account))
    # By which search knows how names are spelled.
    for name, outcome in refresh.refresh(name for name in refresh.views() if name.endswith("_words")):
        if outcome != "refreshed":
            log.warning("%s was not refreshed (%s): the job does it within 15 minutes", name, outcome)
    return json.loads(done)


def redact_archives(*, account: UUID) -> list[Month]:
    """Takes an erased account's values out of archived months: each comes back, is redacted, and is archived again.

    Killed half-way, a month is in the database or as it was; calling it again does the rest. Raises ArchiveError.
    """
    redacted = []
    for known in Archive.objects.filter(table_name="audit.events"):
        month = Month(known.table_name, known.month)
        if not mentions(month, str(account)):
            continue
        if known.restored_at is None:
            archive.restore(month)
        with connections["direct"].cursor() as cursor:
            cursor.execute("select private.redact_events(%s)", [account])
        archive.archive(month)
        redacted.append(month)
    return redacted
