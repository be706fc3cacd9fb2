"""What happened to a record, the newest first: audit events, webhooks and postings in one list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse

from aira.adminkit.links import page_of
from aira.adminkit.money_format import money
from aira.audit.events import Change, changes, models_by_table, tables_of, verb, who
from aira.audit.models import AuditEvent
from aira.outbox.models import WebhookDelivery
from aira.personal.masks import as_seen
from aira.schema.models import Account
from billing.models import LedgerEntry, Transaction, Wallet
from bookings.models import Appointment
from businesses.models import Business
from knowledge.models import Document

PAGE = 50
# Beyond, a page would be slow and nobody would read it: the list is narrowed by date.
PAGES = 20
# What a row that is gone was called.
LABELS = ("name", "customer_name", "file_name", "phone_number", "username", "description")


@dataclass(frozen=True)
class Entry:
    """version: the page of the record as it was before."""

    at: datetime
    what: str
    subject: str
    url: str | None
    who: str
    why: str | None = None
    request_id: str | None = None
    changes: tuple[Change, ...] = ()
    version: str | None = None


def timeline(
    *, model: type[models.Model], pk: Any, may: Callable[[type[models.Model]], bool], until: datetime | None, page: int
) -> tuple[list[Entry], bool]:
    """One page, and whether there is another. may: whether entries about a model may be shown."""
    enough = page * PAGE + 1
    # Before the limit: entries that may not be shown would else hide those that may.
    shown = {table: kind for table, kind in models_by_table().items() if may(kind)}
    events = newest(events_of(model, pk).filter(table_name__in=shown), "at", until, enough)
    found = describe([(event, shown[event.table_name]) for event in events])
    if may(WebhookDelivery):
        found += [of_delivery(delivery) for delivery in newest(deliveries_of(model, pk), "created_at", until, enough)]
    if may(LedgerEntry):
        found += [of_posting(entry) for entry in newest(postings_of(model, pk), "created_at", until, enough)]
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
    """The newest changes around a business, by three queries at most.

    known: rows that are at hand; of the others appointments and documents are looked up, the rest go by what the event
    itself says. names: of accounts, by id.
    """
    shown = {table: kind for table, kind in models_by_table().items() if may(kind)}
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
    if until:
        rows = rows.filter(**{f"{time}__lte": until})
    return rows.order_by(f"-{time}", "-pk")[:limit]


def events_of(model: type[models.Model], pk: Any) -> QuerySet[AuditEvent]:
    if model is Account:
        return AuditEvent.objects.filter(user_id=pk)
    if model is Business:
        return AuditEvent.objects.filter(business_id=pk)
    return AuditEvent.objects.filter(row_id=str(pk), table_name__in=tables_of(model))


def deliveries_of(model: type[models.Model], pk: Any) -> QuerySet[WebhookDelivery]:
    by = {Account: "user_id", Business: "business_id", Document: "pk"}.get(model)
    if by is None:
        return WebhookDelivery.objects.none()
    documents = Document.objects.filter(**{by: pk})
    return WebhookDelivery.objects.filter(record_id__in=documents.values("pk")).defer("body")


def postings_of(model: type[models.Model], pk: Any) -> QuerySet[LedgerEntry]:
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


def describe(about: list[tuple[AuditEvent, type[models.Model]]]) -> list[Entry]:
    ids: dict[type[models.Model], set[str]] = {}
    for event, model in about:
        ids.setdefault(model, set()).add(event.row_id)
    rows = {(model, str(row.pk)): row for model in ids for row in model._default_manager.filter(pk__in=ids[model])}
    users = {event.actor_id for event, _ in about if event.actor_kind == "user" and event.actor_id}
    names = {str(account.pk): str(account) for account in Account.objects.filter(pk__in=users)}
    return [of_event(event, model, rows.get((model, event.row_id)), names) for event, model in about]


def of_event(event: AuditEvent, model: type[models.Model], row: models.Model | None, names: dict[str, str]) -> Entry:
    values = {**(event.before or {}), **(event.after or {})}
    called = next(
        (str(as_seen(model, event.row_id, key, values[key])) for key in LABELS if values.get(key)), event.row_id
    )
    return Entry(
        at=event.at,
        what=f"{model._meta.verbose_name} {verb(event)}".capitalize(),
        subject=str(row) if row else called,
        url=page_of(row) if row else None,
        who=who(event, names),
        why=event.reason,
        request_id=event.request_id,
        changes=changes(model, event.row_id, event.before or {}, event.after or {}, whole=event.verb != "update"),
        version=version_of(event, model),
    )


def version_of(event: AuditEvent, model: type[models.Model]) -> str | None:
    if event.verb not in ("update", "delete") or event.table_name != model._meta.db_table:
        return None
    return reverse("version", args=[model._meta.app_label, model._meta.model_name, event.row_id, event.pk])


def of_delivery(delivery: WebhookDelivery) -> Entry:
    return Entry(
        at=delivery.created_at,
        what=f"Webhook to {delivery.endpoint}: {delivery.state}",
        subject=f"{delivery.event}, {delivery.attempts} attempts",
        url=page_of(delivery),
        who="the database",
        why=delivery.last_error,
    )


def of_posting(entry: LedgerEntry) -> Entry:
    return Entry(
        at=entry.created_at,
        what=f"Posting: {entry.kind}",
        subject=f"{money(entry.amount, entry.currency)}, balance after {money(entry.balance_after, entry.currency)}",
        url=page_of(entry),
        who="the ledger",
    )
