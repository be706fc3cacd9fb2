"""The page that books an appointment. Every link that books leads to it. It works without JavaScript, too."""

import uuid
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from aira.adminkit import undo
from aira.adminkit.field_errors import Form
from aira.adminkit.forms import attempt, in_words
from aira.adminkit.links import within_site
from aira.adminkit.prefilled_forms import NOT_A_VALUE, warn_of
from aira.adminkit.times import both_times
from aira.formats.values import label_of
from aira.personal.masks import DOTS
from aira.schema.errors import Refused
from aira.schema.sql_calls import rows
from aira.search.person_searches import begin_search
from bookings import actions, off_rules
from bookings.booking_form import BookingForm, WhenForm, text_input, when_initial
from bookings.customers import find_customers, known_customer, real_values, services_of
from bookings.models import Appointment
from bookings.ways_back import BOOKED, place
from businesses.models import Business

ADD, CHANGE = "bookings.add_appointment", "bookings.change_appointment"
CUSTOMER = ("customer_name", "customer_phone", "customer_email")
FOUND = 12


class ChooseForm(Form):
    """Ask which business an appointment is for."""

    q = forms.CharField(
        required=False,
        label="Business",
        widget=text_input(autofocus=True),
        help_text="Name (typos are fine), phone number, e-mail or id",
    )


def business_of(text: str | None) -> Business | None:
    """Return the business with this id that is not in the trash, or None."""
    try:
        return Business.objects.alive().defer("search").filter(pk=UUID(text or "")).first()
    except ValueError:
        return None


def found_businesses(request: HttpRequest, text: str) -> list[Business]:
    """Return the businesses that a text finds, or the first ones by name without a text."""
    alive = Business.objects.alive().defer("search")
    query = text.replace("\0", "").strip()
    if not query:
        return list(alive[:FOUND])
    begin_search(request, "business_v2", query, ["business"])
    keys = [pk for (pk,) in rows("select id from private.search(%s, %s) where kind = 'business'", query, FOUND)]
    known = alive.in_bulk(keys)
    return [known[pk] for pk in keys if pk in known]


def choose_business(request: HttpRequest) -> HttpResponse:
    """Ask for the business, and lead on to the booking page."""
    form = ChooseForm(request.GET)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    if request.GET.get("business"):
        warn_of(request, "Business", request.GET["business"])
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in request.GET.dict().items() if name not in ("q", "business")})
    found = found_businesses(request, text)
    links = [(one, f"?{with_value(query, 'business', str(one.pk))}") for one in found]
    if text and len(found) == 1:
        return HttpResponseRedirect(links[0][1])
    context = {
        "title": "Book an appointment",
        "form": form,
        "text": text,
        "links": links,
        **admin.site.each_context(request),
    }
    return render(request, "bookings/choose_business.html", context)


def with_value(query: QueryDict, name: str, value: str) -> str:
    """Return the query string with one more value."""
    more = query.copy()
    more[name] = value
    return more.urlencode()


def back_from(request: HttpRequest, business: Business, day: Any = None) -> str:
    """Return the page to return to: the one in the address, or the business's calendar."""
    address = reverse("admin:bookings_appointment_diary", args=[business.pk])
    return within_site(request.GET.get("back", ""), f"{address}?day={day:%Y-%m-%d}" if day else address)


def initial_of(request: HttpRequest, business: Business) -> dict[str, Any]:
    """Return the initial values from the address, and warn about those that are not valid."""
    fields = BookingForm.base_fields
    found: dict[str, Any] = {"business_id": business.pk, "once": uuid.uuid4()}
    for name, text in request.GET.dict().items():
        try:
            if name == "scheduled_at":
                # An unescaped plus sign arrives as a space.
                at = parse_datetime(text) or parse_datetime(text.replace(" ", "+"))
                if at is None:
                    raise ValueError
                at = at if timezone.is_aware(at) else at.replace(tzinfo=ZoneInfo(business.timezone))
                found |= {key: value for key, value in when_initial(business, at, 0).items() if key != "duration"}
            elif name in fields and name not in ("business_id", "once", "customer", "reason"):
                found[name] = fields[name].clean(text)
        except NOT_A_VALUE:
            warn_of(request, str((fields[name].label if name in fields else None) or label_of(name)), text)
    if "scheduled_at" not in found and "day" in found and "time" in found:
        form = WhenForm(business, {"day": found["day"], "time": found["time"], "duration": 60})
        if form.is_valid():
            found["scheduled_at"] = form.cleaned_data["scheduled_at"]
    return found


def book_page(request: HttpRequest) -> HttpResponse:
    """Show the form, or do what its buttons say: look up, find, pick, book, or book anyway."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    business = business_of(request.POST.get("business_id") or request.GET.get("business"))
    if business is None:
        if request.method == "POST":
            messages.error(request, f"Nothing was booked. {actions.REASONS['unknown_business']}")
        return choose_business(request)
    customers = None
    if request.method == "POST":
        form = BookingForm(business, request.POST)
        if "pick" in request.POST:
            form.pick(request.POST["pick"])
        elif "known" in request.POST:
            take_over(form, business, request.POST["known"])
        elif request.POST.get("do") == "find":
            customers = find_customers(request, business, request.POST.get("find", ""))
        elif request.POST.get("do") in ("book", "anyway"):
            if (answer := book(request, business, form)) is not None:
                return answer
            return show(request, business, form, sent=True)
        return show(request, business, form, customers=customers)
    return show(request, business, BookingForm(business, initial=initial_of(request, business)))


def show(
    request: HttpRequest, business: Business, form: BookingForm, *, sent: bool = False, customers: Any = None
) -> HttpResponse:
    """Show the form. Errors stand beside the fields once the form was sent to book."""
    choice = form.choice()
    if form.is_bound and not form.data.get("day"):
        form.put(day=f"{choice.day:%Y-%m-%d}")
    elif not form.is_bound:
        form.initial.setdefault("day", choice.day)
    context = {
        "title": f"Book an appointment at {business}",
        "business": business,
        "form": form,
        "errors": form.errors if sent else form.time_error,
        "non_field": form.non_field_errors() if sent else (),
        "choice": choice,
        "verb": "Book",
        "may_overrule": request.user.has_perm(off_rules.BOOK_OFF_RULES),
        "customers": customers,
        "find": request.POST.get("find", ""),
        "services": services_of(business),
        "back": back_from(request, business),
        **admin.site.each_context(request),
    }
    return render(request, "bookings/book.html", context)


def take_over(form: BookingForm, business: Business, pk: str) -> None:
    """Fill in a known customer. Masked values stay masked, and the form carries the appointment to copy from."""
    try:
        found = known_customer(business, UUID(pk))
    except ValueError:
        return
    if found is not None:
        form.put(
            customer=str(found.pk),
            customer_name=found.name,
            customer_phone=found.phone,
            customer_email=found.email,
        )


def values_of(form: BookingForm, business: Business) -> dict[str, Any]:
    """Return the columns of the new appointment. Unchanged data of a known customer is copied unmasked."""
    data = form.cleaned_data
    values = {name: data[name] for name in (*CUSTOMER, "service_type", "notes", "duration", "scheduled_at")}
    if data.get("customer") and (known := known_customer(business, data["customer"])) is not None:
        shown = dict(zip(CUSTOMER, (known.name, known.phone, known.email), strict=True))
        real = real_values(business, data["customer"])
        values |= {name: real[name] for name in CUSTOMER if (values[name] or "") == shown[name]}
    if any(DOTS in (values[name] or "") for name in CUSTOMER):
        raise Refused("The customer's data is masked and was not chosen from the known customers. Choose it again.")
    return values | {"external_id": f"console-{data['once']}"}


def book(request: HttpRequest, business: Business, form: BookingForm) -> HttpResponse | None:
    """Book, and lead to the page before. Return None if it was refused. The form then has the reason."""
    anyway = request.POST.get("do") == "anyway"
    if anyway and not request.user.has_perm(off_rules.BOOK_OFF_RULES):
        raise PermissionDenied
    if anyway and not (form.data.get("reason") or "").strip():
        form.is_valid()
        form.add_error("reason", "Enter a reason. It is recorded with the booking.")
    if not form.is_valid():
        return None
    try:
        outcome = attempt(partial(booked, request, business, form, anyway))
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, f"Nothing was booked. {refused}")
        return None
    if isinstance(outcome, HttpResponse):
        return outcome
    field = {"scheduled_at": "time"}.get(outcome.field or "", outcome.field)
    form.add_error(field if field in form.fields else None, in_words(outcome, "Nothing was booked."))
    return None


def booked(request: HttpRequest, business: Business, form: BookingForm, anyway: bool) -> HttpResponse:
    """Book within the rules, or against them with the reason."""
    values = values_of(form, business)
    try:
        pk, new = actions.book(business=business.pk, **values)
    except actions.BookingRefused as refused:
        if not anyway or refused.outcome not in off_rules.RULES:
            raise
        reason = form.cleaned_data["reason"].strip()
        pk = off_rules.book_anyway(business=business.pk, outcome=refused.outcome, reason=reason, **values)
        new = True
    at = values["scheduled_at"]
    said = f"Booked {both_times(at, business.timezone)} for {form.cleaned_data['customer_name']}."
    if new:
        row = Appointment.objects.filter(pk=pk).defer("search").get()
        undo.offer(request, BOOKED, said, pk=str(pk), after=place(row))
    else:
        messages.success(request, f"{said} It was sent twice and booked once.")
    return HttpResponseRedirect(back_from(request, business, at.astimezone(ZoneInfo(business.timezone))))


def times_part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the part of the page with the free times of a day, for the script."""
    if not (request.user.has_perm(ADD) or request.user.has_perm(CHANGE)):
        raise PermissionDenied
    business = business_of(str(pk))
    if business is None:
        raise Http404("The business does not exist or is in the trash.")
    form = WhenForm(business, request.GET)
    moving = business_moves(business, request.GET.get("appointment"))
    context = {
        "choice": form.choice(moving),
        "errors": form.time_error,
        "verb": "Move" if moving else "Book",
        "may_overrule": request.user.has_perm(off_rules.BOOK_OFF_RULES),
    }
    return render(request, "bookings/times.html", context)


def business_moves(business: Business, text: str | None) -> UUID | None:
    """Return the id of the business's appointment that is to move, or None."""
    try:
        pk = UUID(text or "")
    except ValueError:
        return None
    return pk if Appointment.objects.filter(pk=pk, business=business).exists() else None


def customers_part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the part of the page with the known customers that a text finds, for the script."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    business = business_of(str(pk))
    if business is None:
        raise Http404("The business does not exist or is in the trash.")
    text = request.GET.get("find", "")
    context = {"customers": find_customers(request, business, text), "find": text}
    return render(request, "bookings/customers.html", context)
