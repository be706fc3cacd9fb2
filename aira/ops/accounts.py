"""Export all data of an account as JSON, and erase an account."""

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
from aira.audit.actor import set_reason
from aira.ops import archive
from aira.ops.archive_files import Month, mentions, read_manifest, verify
from aira.ops.models import Archive
from aira.schema.models import Account
from aira.schema.sql_calls import rows

log = logging.getLogger("aira.ops")

EVERYTHING = Path(__file__).with_name("export.sql").read_text(encoding="utf-8")
JOBS = Path(__file__).with_name("erase_jobs.sql").read_text(encoding="utf-8")


class UnknownAccount(Exception):
    """Raised if no account, or more than one, has this e-mail or id."""


def find(who: str) -> Account:
    """Return an account.

    Args:
        who: the e-mail in any case, or the id.
    """
    who = who.strip()
    try:
        found = list(Account.objects.filter(**({"email__iexact": who} if "@" in who else {"pk": who})))
    except ValidationError:
        found = []
    if not found:
        raise UnknownAccount(f"No account has the e-mail or id {who!r}.")
    if len(found) > 1:
        raise UnknownAccount(f"{len(found)} accounts match {who!r} when case is ignored. Use the id instead.")
    return found[0]


def export(*, account: UUID, reason: str) -> Iterator[str]:
    """Yield the account's data as one JSON object in parts.

    Each section with rows is a list. The export is recorded.
    """
    # Record the export in its own transaction, so that the record stays even if the reader stops.
    with transaction.atomic():
        set_reason(reason)
        rows("select private.record_use('export', %s)", account)
    return parts(account)


def parts(account: UUID) -> Iterator[str]:
    """Yield the parts of the JSON object."""
    # Use a server-side cursor, since an account can have a million rows.
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
    """Remove an account and all its personal data from the database permanently.

    Return the number of rows by kind.

    Idempotent. It also works after the account was deleted elsewhere. For archived months, see `redact_archives`.
    """
    with transaction.atomic():
        set_reason(reason)
        done = rows("select private.erase_account(%s)::text", account)[0][0]
        # Stored responses of the API hold rows that name their owner.
        rows("delete from console.idempotent_answers where position(%s in body) > 0 returning 1", str(account))
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
    # The search uses these words to find names with typing errors.
    for name, outcome in refresh.refresh(name for name in refresh.views() if name.endswith("_words")):
        if outcome != "refreshed":
            log.warning("%s was not refreshed (%s). The job refreshes it within 15 minutes", name, outcome)
    return json.loads(done)


def redact_archives(*, account: UUID) -> list[Month]:
    """Remove the values of an erased account from archived months.

    Each month is restored, redacted and archived again.

    If it is killed, a month is in the database or unchanged, and a further call does the rest. Raises ArchiveError.
    """
    redacted = []
    for known in Archive.objects.filter(table_name="audit.events"):
        month = Month(known.table_name, known.month)
        # A damaged file must not count as one that doesn't mention the account.
        verify(month, read_manifest(month))
        if not mentions(month, str(account)):
            continue
        if known.restored_at is None:
            archive.restore(month)
        with connections["direct"].cursor() as cursor:
            cursor.execute("select private.redact_events(%s)", [account])
        archive.archive(month)
        redacted.append(month)
    return redacted
