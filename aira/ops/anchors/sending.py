"""Send anchors to where the operator says: folders, web addresses and mailboxes.

Each destination gets each anchor, the oldest first, since a statement has only what changed since the previous one.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connections

from aira.audit.models import Anchor
from aira.ops.anchors import AnchorError
from aira.ops.anchors.statement import document_of
from aira.ops.atomic_files import whole
from aira.outbox.http import Http

SENT = "update audit.anchors set sent = sent || jsonb_build_object(%s::text, %s::text) where number = %s"


def destinations() -> dict[str, str]:
    """Return the destinations of ANCHOR_TO by the name under which `audit.anchors.sent` lists them.

    The path of a web address may be secret, so the name has its hash instead.
    """
    return {name_of(destination): destination for destination in settings.ANCHOR_TO}


def name_of(destination: str) -> str:
    """Return the name of a destination."""
    parts = urlsplit(destination)
    if parts.scheme not in ("http", "https"):
        return destination
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]} {hashlib.sha256(destination.encode()).hexdigest()[:8]}"


def send() -> Iterator[tuple[str, int | AnchorError]]:
    """Send to each destination the anchors that it lacks. Yield their number, or the error at which it stopped."""
    for name, destination in destinations().items():
        sent = 0
        try:
            for anchor in Anchor.objects.exclude(sent__has_key=name).order_by("number").iterator(100):
                deliver(destination, anchor)
                with connections["default"].cursor() as cursor:
                    cursor.execute(SENT, [name, datetime.now(UTC).isoformat(timespec="seconds"), anchor.number])
                sent += 1
        except AnchorError as error:
            yield name, error
        else:
            yield name, sent


def deliver(destination: str, anchor: Anchor) -> None:
    """Send one anchor. A repeated call does no harm. Raises AnchorError."""
    DELIVERIES[urlsplit(destination).scheme](destination, anchor)


def write(destination: str, anchor: Anchor) -> None:
    """Write a file into a folder."""
    path = Path(unquote(urlsplit(destination).path)) / f"anchor-{anchor.number:06}.json"
    try:
        with whole(path) as file:
            file.write(document_of(anchor).as_line().encode())
    except OSError as error:
        raise AnchorError(f"{path} can't be written: {error.strerror}.") from None


def post(destination: str, anchor: Anchor) -> None:
    """Post the document as JSON. Only a 2xx status counts."""

    async def exchange() -> str | None:
        allowed = urlsplit(destination).hostname in settings.WEBHOOK_ALLOWED_HOSTS
        client = Http(destination, allowed=allowed)
        try:
            headers = {"content-type": "application/json", "aira-anchor": str(anchor.number)}
            return (await client.post(headers, document_of(anchor).as_line())).error
        finally:
            await client.close()

    if error := asyncio.run(exchange()):
        raise AnchorError(f"{name_of(destination)}: {error}")


def mail(destination: str, anchor: Anchor) -> None:
    """Mail the document as an attachment."""
    message = EmailMessage(
        subject=f"AiRa: anchor {anchor.number}",
        body="Keep the attached file. manage.py verify_anchors compares it with the database.\n",
        to=[unquote(urlsplit(destination).path)],
    )
    message.attach(f"anchor-{anchor.number:06}.json", document_of(anchor).as_line(), "application/json")
    try:
        message.send()
    # The mail server, the network and the name server each raise errors of their own.
    except Exception as error:
        raise AnchorError(f"{destination}: {type(error).__name__}: {error}") from None


DELIVERIES: dict[str, Callable[[str, Anchor], None]] = {"file": write, "http": post, "https": post, "mailto": mail}
