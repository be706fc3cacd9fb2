"""Show one customer on one page: their appointments at all businesses, no-shows, charges of their calls, and notes."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from aira.adminkit.links import page_of
from aira.adminkit.model_admin import may_view
from aira.adminkit.money_format import money
from aira.adminkit.times import both_times
from aira.adminkit.transition_pages import buttons
from aira.console.models import Note
from aira.personal.masks import is_hidden
from aira.personal.viewer import REVEAL
from aira.schema.sql_calls import rows
from billing.models import Transaction
from bookings.models import Appointment
from businesses.models import Business

# The newest appointments that the page shows.
SHOWN = 100


def same_person(appointment: UUID) -> list[UUID]:
    """Return the ids of the appointments of the same customer.

    A customer is known by the phone number in any spelling, or by the e-mail. Without both, the name counts within the
    business. This compares stored values, also for staff who see masks: the page then shows the masks.
    """
    found = Appointment.objects.filter(pk=appointment).values_list(
        "customer_phone", "customer_email", "customer_name", "business_id"
    )
    phone, email, name, business = found.get()
    ids = {appointment}
    for value in filter(None, (phone, email)):
        question = "select id from private.search(%s, %s, true) where kind = 'appointment'"
        ids |= {pk for (pk,) in rows(question, value, SHOWN)}
    if not phone and not email:
        same = Appointment.objects.filter(business=business, customer_name=name)
        same = same.filter(Q(customer_phone=None) | Q(customer_phone=""), Q(customer_email=None) | Q(customer_email=""))
        ids |= set(same.order_by("-scheduled_at").values_list("pk", flat=True)[:SHOWN])
    return list(ids)


@staff_member_required(login_url="admin:login")
def customer_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the customer of an appointment. The address has no personal data. It takes at most 15 queries."""
    if not may_view(request, Appointment):
        raise PermissionDenied
    appointment = Appointment.objects.filter(pk=pk).select_related("business").defer("search").first()
    if appointment is None:
        raise Http404("No appointment has this id.")
    alive: Any = Appointment.objects.filter(Q(deleted_at=None) | Q(pk=pk))
    found = list(
        alive.filter(pk__in=same_person(pk))
        .select_related("business")
        .defer("search")
        .order_by("-scheduled_at")[:SHOWN]
    )
    counts = Counter(str(one.status) for one in found)
    now = timezone.now()
    hidden = is_hidden(Appointment, pk)
    url = request.get_full_path()
    context = {
        "title": appointment.customer_name,
        "appointment": appointment,
        "hidden": hidden,
        "reveal": reverse("reveal", args=["bookings", "appointment", pk])
        if hidden and request.user.has_perm(REVEAL)
        else "",
        "here": url,
        "lines": [
            {
                "row": one,
                "url": page_of(one),
                "business": reverse("business", args=[one.business_id]) if may_view(request, Business) else "",
                "time": both_times(one.scheduled_at, one.business.timezone),
                "buttons": buttons(request, one, back=url),
                "later": one.scheduled_at > now and one.status == "confirmed",
            }
            for one in found
        ],
        "figures": [
            ("Appointments", len(found)),
            ("Upcoming", sum(one.scheduled_at > now and one.status == "confirmed" for one in found)),
            ("Completed", counts["completed"]),
            ("No-shows", counts["no_show"]),
            ("Cancelled", counts["cancelled"]),
        ],
        "full": len(found) == SHOWN,
        "charges": charges(found) if may_view(request, Transaction) else None,
        "along": [one.pk for one in found],
        "may_notes": may_view(request, Note),
        **admin.site.each_context(request),
    }
    return render(request, "console/customer.html", context)


def charges(appointments: list[Appointment]) -> list[dict[str, str]]:
    """Return the charges of the calls in which the appointments were made. A charge has the call's id as its key."""
    calls = {one.external_id for one in appointments if one.external_id}
    if not calls:
        return []
    owners = {one.user_id for one in appointments}
    found = Transaction.objects.filter(user__in=owners, idempotency_key__in=calls).order_by("-created_at")[:SHOWN]
    return [
        {
            "url": page_of(one),
            "text": one.description or one.type,
            "amount": money(one.amount - one.refunded_amount, one.currency),
            "refunded": money(one.refunded_amount, one.currency) if one.refunded_amount else "",
            "status": str(one.status),
            "at": one.created_at,  # type: ignore[dict-item]
        }
        for one in found
    ]
