"""Show the history of a record: its timeline, and earlier versions that can be restored."""

from datetime import tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from unfold.widgets import UnfoldAdminSingleDateWidget

from aira.adminkit.field_errors import Form
from aira.adminkit.forms import attempt, in_words
from aira.adminkit.links import page_of
from aira.adminkit.lists import has_field
from aira.adminkit.model_admin import may_view
from aira.adminkit.reasons import ReasonForm
from aira.adminkit.times import own_zone
from aira.audit.events import tables_of
from aira.audit.models import AuditEvent
from aira.console.earlier_versions import ChangedSince, restore, version_before
from aira.console.timeline import PAGES, events_of, timeline
from aira.formats.dates import time_text
from aira.schema.errors import Refusal
from businesses.models import Business


class ShowForm(Form):
    """Form that chooses a part of a timeline. Fall back to the newest entries for invalid values."""

    until = forms.DateTimeField(required=False, widget=UnfoldAdminSingleDateWidget, label="Show changes until")
    page = forms.IntegerField(required=False, min_value=1, max_value=PAGES, widget=forms.HiddenInput)


class RestoreForm(ReasonForm):
    """Form that restores a version. `seen` is the newest event when the page was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


def model_named(request: HttpRequest, app: str, name: str) -> type[models.Model]:
    """Return a model that has pages and that the member of staff may view."""
    try:
        model = apps.get_model(app, name)
    except LookupError:
        raise Http404(f"No model is called {app}.{name}.") from None
    if model not in admin.site._registry:
        raise Http404(f"{app}.{name} has no pages.")
    if not may_view(request, model):
        raise PermissionDenied
    return model


def row_of(model: type[models.Model], pk: str) -> models.Model | None:
    """Return a row, or None. Raises Http404 for an invalid id."""
    try:
        return model._default_manager.filter(pk=pk).first()
    except (ValidationError, ValueError, DataError):
        raise Http404(f"“{pk}” is not an id of a {model._meta.verbose_name}.") from None


def zone_of(model: type[models.Model], row: models.Model | None, pk: str) -> tuple[tzinfo, str]:
    """Return the time zone of a record's history and a sentence about it.

    It is the zone of the business if the record belongs to one, and otherwise the reader's.
    """
    if row is not None or not has_field(model, "business"):
        business: Any = row if model is Business else getattr(row, "business", None)
    else:
        of = events_of(model, pk).exclude(business_id=None).values_list("business_id", flat=True)[:1]
        business = Business._default_manager.filter(pk__in=list(of)).first()
    if business is not None:
        return ZoneInfo(business.timezone), f"Times are in the time zone of the business: {business.timezone}."
    return own_zone(), f"Times are in your time zone: {own_zone()}."


@staff_member_required(login_url="admin:login")
def timeline_page(request: HttpRequest, app: str, name: str, pk: str) -> HttpResponse:
    """Show the timeline of a record."""
    model = model_named(request, app, name)
    row = row_of(model, pk)
    zone, said = zone_of(model, row, pk)
    with timezone.override(zone):
        return show_timeline(request, model, row, pk, said)


def show_timeline(
    request: HttpRequest, model: type[models.Model], row: models.Model | None, pk: str, zone: str
) -> HttpResponse:
    """Show a page of the timeline, with all times in the current zone.

    Args:
        zone: the sentence about the zone.
    """
    form = ShowForm(request.GET)
    form.is_valid()
    page = form.cleaned_data.get("page") or 1
    until = form.cleaned_data.get("until")
    entries, more = timeline(model=model, pk=pk, may=partial(may_view, request), until=until, page=page)
    if row is None and not entries and page == 1 and until is None:
        raise Http404(f"There is no {model._meta.verbose_name} {pk}, and the audit has no events of it.")
    context = {
        "title": f"Timeline of {row}" if row else f"Timeline of a removed {model._meta.verbose_name}",
        "url": page_of(row) if row else None,
        "kind": model._meta.verbose_name,
        "model": {"app": model._meta.app_label, "name": model._meta.model_name, "pk": pk},
        "zone": zone,
        "entries": entries,
        "form": form,
        "later": page - 1 if page > 1 else None,
        "earlier": page + 1 if more and page < PAGES else None,
        "last": more and page == PAGES,
        **admin.site.each_context(request),
    }
    return render(request, "console/timeline.html", context)


@staff_member_required(login_url="admin:login")
def version_page(request: HttpRequest, app: str, name: str, pk: str, event: int) -> HttpResponse:
    """Show the changes that would restore a version. POST restores it."""
    model = model_named(request, app, name)
    row = row_of(model, pk)
    with timezone.override(zone_of(model, row, pk)[0]):
        return show_version(request, model, row, pk, event)


def show_version(
    request: HttpRequest, model: type[models.Model], row: models.Model | None, pk: str, event: int
) -> HttpResponse:
    """Show or restore a version, with all times in the current zone."""
    found = get_object_or_404(
        AuditEvent.objects.exclude(verb="insert"), pk=event, row_id=pk, table_name__in=tables_of(model)[:1]
    )
    at = time_text(localtime(found.at), seconds=True)
    model_admin: Any = admin.site._registry[model]
    allowed = model_admin.has_change_permission(request, row) if row else model_admin.has_add_permission(request)
    if not allowed:
        raise PermissionDenied
    editable = set(model_admin.get_form(request, row, change=row is not None).base_fields)
    version = version_before(found, model, editable)
    form = RestoreForm(request.POST or None)
    if request.method == "POST" and version.values and form.is_valid():
        try:
            done = attempt(lambda: HttpResponseRedirect(page_of(restore(version=version, **form.cleaned_data))))
        except ChangedSince:
            form.add_error(
                None,
                "The record changed after you opened this page. Check the current changes below and restore again.",
            )
        else:
            if not isinstance(done, Refusal):
                messages.success(request, f"The values from before {at} were restored.")
                return done
            form.add_error(None, in_words(done))
    context = {
        "title": f"{row or str(model._meta.verbose_name).capitalize()}, before {at}",
        "version": version,
        "form": form,
        "back": reverse("timeline", args=[model._meta.app_label, model._meta.model_name, pk]),
        **admin.site.each_context(request),
    }
    return render(request, "console/version.html", context)
