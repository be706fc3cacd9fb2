"""Collect the timeline of a record: audit events, webhooks and ledger entries, the newest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from aira.adminkit.links import page_of
from aira.adminkit.money_format import money
from aira.audit.events import (
    Change,
    Names,
    changes,
    models_by_table,
    name_in,
    names_of,
    tables_of,
    verb,
    who,
)
from aira.audit.models import AuditEvent
from aira.console.models import Note
from aira.console.notes import notes_around
from aira.outbox.models import WebhookDelivery
from aira.schema.models import Account
from aira.schema.service_names import service_name
from billing.models import LedgerEntry, Transaction, Wallet
from bookings.models import Appointment
from businesses.models import Business
from knowledge.models import Document

PAGE = 50
# Later pages would be slow. Staff narrow the timeline by date instead.
PAGES = 20
# A change of a transaction and its posting are one database transaction.
CAUSED_WITHIN = timedelta(seconds=2)


@dataclass(frozen=True)
class Entry:
    """Entry of a timeline.

    Attributes:
        version: the page of the record's version before this entry.
        gone: the id of a record that was removed and has no name.
    """

    at: datetime
    what: str
    subject: str
    url: str | None
    who: str
    why: str | None = None
    request_id: str | None = None
    changes: tuple[Change, ...] = ()
    version: str | None = None
    gone: str | None = None


def timeline(
    *, model: type[models.Model], pk: Any, may: Callable[[type[models.Model]], bool], until: datetime | None, page: int
) -> tuple[list[Entry], bool]:
    """Return one page, and whether there is another.

    Args:
        may: tells whether entries of a model may be shown.
    """
    enough = page * PAGE + 1
    # Filter before the limit. Otherwise entries that are not shown would use it up.
    # Notes have entries of their own, with their text.
    shown = {table: kind for table, kind in models_by_table().items() if may(kind) and kind is not Note}
    events = newest(events_of(model, pk).filter(table_name__in=shown), "at", until, enough)
    found = describe([(event, shown[event.table_name]) for event in events], set(shown.values()))
    if may(WebhookDelivery):
        found += [of_delivery(delivery) for delivery in newest(deliveries_of(model, pk), "created_at", until, enough)]
    if may(LedgerEntry):
        postings = list(newest(postings_of(model, pk), "created_at", until, enough))
        causes = causes_of(postings, may)
        found += [of_posting(entry, *causes.get(entry.pk, ("the ledger", None))) for entry in postings]
    if may(Note):
        found += [of_note(note) for note in newest(notes_around(model, pk), "created_at", until, enough)]
    found.sort(key=lambda entry: entry.at, reverse=True)
    return found[enough - PAGE - 1 : enough - 1], len(found) >= enough


def latest(
    *,
    business: Any,
    may: Callable[[type[models.Model]], bool],
    limit: int,
    known: list[models.Model],
    names: dict[str, str],
) -> list[Entry]:
    """Return the newest changes of a business and its rows, with three queries at most.

    Args:
        known: rows that are loaded already. Appointments and documents are loaded if missing. Others are named by
            their event.
        names: of accounts, by id.
    """
    shown = {table: kind for table, kind in models_by_table().items() if may(kind) and kind is not Note}
    found = list(newest(events_of(Business, business).filter(table_name__in=shown), "at", None, limit))
    rows = {(type(row), str(row.pk)): row for row in known}
    for model in (Appointment, Document):
        table = model._meta.db_table
        missing = {event.row_id for event in found if event.table_name == table and (model, event.row_id) not in rows}
        if missing:
            rows |= {(model, str(row.pk)): row for row in model._default_manager.filter(pk__in=missing)}
    return [
        of_event(event, model, rows.get((model, event.row_id)), names)
        for event in found
        for model in (shown[event.table_name],)
    ]


def newest(rows: QuerySet[Any], time: str, until: datetime | None, limit: int) -> QuerySet[Any]:
    """Return the newest rows up to `until`."""
    if until:
        rows = rows.filter(**{f"{time}__lte": until})
    return rows.order_by(f"-{time}", "-pk")[:limit]


def events_of(model: type[models.Model], pk: Any) -> QuerySet[AuditEvent]:
    """Return the audit events of a record. For an account or a business, include those of its rows."""
    if model is Account:
        return AuditEvent.objects.filter(user_id=pk)
    if model is Business:
        return AuditEvent.objects.filter(business_id=pk)
    return AuditEvent.objects.filter(row_id=str(pk), table_name__in=tables_of(model))


def deliveries_of(model: type[models.Model], pk: Any) -> QuerySet[WebhookDelivery]:
    """Return the webhooks about the documents of a record."""
    by = {Account: "user_id", Business: "business_id", Document: "pk"}.get(model)
    if by is None:
        return WebhookDelivery.objects.none()
    documents = Document.objects.filter(**{by: pk})
    return WebhookDelivery.objects.filter(record_id__in=documents.values("pk")).defer("body")


def postings_of(model: type[models.Model], pk: Any) -> QuerySet[LedgerEntry]:
    """Return the ledger entries of a record."""
    entries = LedgerEntry.objects.all()
    if model is Transaction:
        return entries.filter(transaction_id=pk)
    if model is Wallet:
        return entries.filter(wallet_id=pk)
    if model is Account:
        return entries.filter(wallet_id__in=Wallet.objects.filter(user_id=pk).values("pk"))
    if model is Business:
        owner = Business.objects.filter(pk=pk).values("user_id")
        return entries.filter(wallet_id__in=Wallet.objects.filter(user_id__in=owner).values("pk"))
    return entries.none()


def describe(about: list[tuple[AuditEvent, type[models.Model]]], may: set[type[models.Model]]) -> list[Entry]:
    """Describe audit events, with the rows and accounts that they name.

    Args:
        may: the models whose records the current viewer may see.
    """
    ids: dict[type[models.Model], set[str]] = {}
    for event, model in about:
        ids.setdefault(model, set()).add(event.row_id)
    rows = {(model, str(row.pk)): row for model in ids for row in model._default_manager.filter(pk__in=ids[model])}
    users = {event.actor_id for event, _ in about if event.actor_kind == "user" and event.actor_id}
    names = {str(account.pk): str(account) for account in Account.objects.filter(pk__in=users)}
    referred = names_of(about, may)
    return [of_event(event, model, rows.get((model, event.row_id)), names, referred) for event, model in about]


def of_event(
    event: AuditEvent,
    model: type[models.Model],
    row: models.Model | None,
    names: dict[str, str],
    referred: Names | None = None,
) -> Entry:
    """Return the entry of an audit event.

    Args:
        names: of accounts, by id.
        referred: the names of the records to which the event's columns refer.
    """
    called = str(row) if row else name_in(event, model)
    return Entry(
        at=event.at,
        what=capfirst(f"{model._meta.verbose_name} {verb(event)}"),
        subject=called or "",
        url=page_of(row) if row else None,
        who=who(event, names),
        why=event.reason,
        request_id=event.request_id,
        changes=changes(
            model, event.row_id, event.before or {}, event.after or {}, whole=event.verb != "update", names=referred
        ),
        version=version_of(event, model),
        gone=None if called else event.row_id,
    )


def version_of(event: AuditEvent, model: type[models.Model]) -> str | None:
    """Return the page of the record's version from before the event, or None."""
    if event.verb not in ("update", "delete") or event.table_name != model._meta.db_table:
        return None
    return reverse("version", args=[model._meta.app_label, model._meta.model_name, event.row_id, event.pk])


def of_delivery(delivery: WebhookDelivery) -> Entry:
    """Return the entry of a webhook delivery."""
    return Entry(
        at=delivery.created_at,
        what=f"Webhook to the {service_name(delivery.endpoint)}: {delivery.state}",
        subject=f"{delivery.meaning}, {delivery.attempts} attempt{'' if delivery.attempts == 1 else 's'}",
        url=page_of(delivery),
        who="the database",
        why=delivery.last_error,
    )


def causes_of(
    postings: list[LedgerEntry], may: Callable[[type[models.Model]], bool]
) -> dict[Any, tuple[str, str | None]]:
    """Return who made the change of a transaction that posted an entry, and the reason."""
    if not postings or not may(Transaction):
        return {}
    ids = {str(entry.transaction_id) for entry in postings if entry.transaction_id}
    events: dict[str, list[AuditEvent]] = {}
    for event in AuditEvent.objects.filter(table_name=Transaction._meta.db_table, row_id__in=ids):
        events.setdefault(event.row_id, []).append(event)
    users = {event.actor_id for found in events.values() for event in found if event.actor_kind == "user"}
    names = {str(account.pk): str(account) for account in Account.objects.filter(pk__in=filter(None, users))}
    causes: dict[Any, tuple[str, str | None]] = {}
    for entry in postings:
        near = [(abs(event.at - entry.created_at), event) for event in events.get(str(entry.transaction_id), ())]
        if near and (best := min(near, key=lambda one: one[0]))[0] < CAUSED_WITHIN:
            causes[entry.pk] = (who(best[1], names), best[1].reason)
    return causes


def of_posting(entry: LedgerEntry, by: str, why: str | None) -> Entry:
    """Return the entry of a ledger entry."""
    return Entry(
        at=entry.created_at,
        what=f"Ledger entry ({entry.get_kind_display().lower()})",
        subject=f"{money(entry.amount, entry.currency)}, balance after {money(entry.balance_after, entry.currency)}",
        url=page_of(entry),
        who=by,
        why=why,
    )


def of_note(note: Note) -> Entry:
    """Return the entry of a note."""
    return Entry(at=note.created_at, what="Note", subject=note.text, url=page_of(note), who=note.author_name)
