"""Find the known customers of a business: people of its earlier appointments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from aira.formats.dates import day_text
from aira.personal.masks import finds_whole_values_only
from aira.schema.sql_calls import rows
from aira.search.person_searches import begin_search
from bookings.models import Appointment
from businesses.models import Business

# Appointments that are looked at, and people that are shown.
READ = 60
SHOWN = 6
SHORTEST = 3


@dataclass(frozen=True)
class Customer:
    """Known customer, as the member of staff may see them.

    Attributes:
        pk: their latest appointment at the business.
    """

    pk: UUID
    name: str
    phone: str
    email: str
    latest: str


def find_customers(request: HttpRequest, business: Business, text: str) -> list[Customer]:
    """Return known customers by name, phone number or e-mail, those with the latest appointments first.

    Staff who see masks find people by whole values only. Raises TooManySearches.
    """
    query = text.replace("\0", "").strip()
    if len(query) < SHORTEST:
        return []
    begin_search(request, "appointments", query, ["appointment"])
    if finds_whole_values_only():
        found = rows("select id from private.search(%s, 100, true) where kind = 'appointment'", query)
    else:
        found = rows("select id from private.find_appointments(%s, %s, %s)", query, business.pk, READ)
    keys = [pk for (pk,) in found]
    same = Appointment.objects.alive().filter(business=business)
    # Masked values may be equal for two people, so the real ones tell people apart.
    people: dict[tuple[Any, ...], UUID] = {}
    for pk, *person in (
        same.filter(pk__in=keys)
        .order_by("-scheduled_at", "pk")
        .values_list("pk", "customer_name", "customer_phone", "customer_email")
    ):
        people.setdefault(tuple(person), pk)
    shown = list(people.values())[:SHOWN]
    known = same.defer("search").in_bulk(shown)
    return [customer(known[pk], business) for pk in shown if pk in known]


def customer(row: Appointment, business: Business) -> Customer:
    """Return the customer of an appointment."""
    latest: datetime = row.scheduled_at.astimezone(ZoneInfo(business.timezone))
    return Customer(row.pk, row.customer_name, row.customer_phone or "", row.customer_email or "", day_text(latest))


def known_customer(business: Business, pk: UUID) -> Customer | None:
    """Return the customer of an appointment of the business, or None."""
    row = Appointment.objects.alive().filter(business=business, pk=pk).defer("search").first()
    return customer(row, business) if row else None


def real_values(business: Business, pk: UUID) -> dict[str, Any]:
    """Return the customer's columns unmasked, to copy them into a new appointment."""
    names = ("customer_name", "customer_phone", "customer_email")
    # values() is not masked. The values go into the database, and pages show them masked again.
    return Appointment.objects.alive().filter(business=business, pk=pk).values(*names).first() or {}


def services_of(business: Business) -> list[str]:
    """Return the names of the services that the business's latest appointments had."""
    latest = Appointment.objects.alive().filter(business=business).order_by("-scheduled_at")
    names = latest.values_list("service_type", flat=True)[:200]
    return sorted({name for name in names if name})
