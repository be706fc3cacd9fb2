"""Reveal the personal data of one record, with a reason that is recorded."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from aira.adminkit.links import page_of, within_site
from aira.adminkit.reasons import ReasonForm
from aira.audit.actor import set_reason
from aira.console.history import model_named, row_of
from aira.personal.masks import PERSONAL
from aira.personal.viewer import MINUTES, REVEAL, VIEW, reveal
from aira.schema.sql_calls import rows


@staff_member_required(login_url="admin:login")
@permission_required(REVEAL, raise_exception=True)
def reveal_page(request: HttpRequest, app: str, name: str, pk: str) -> HttpResponse:
    """Ask for a reason on GET. On POST, reveal the record in this session and record it in the audit."""
    model = model_named(request, app, name)
    row: Any = row_of(model, pk) if model._meta.label_lower in PERSONAL else None
    if row is None:
        raise Http404(f"There is no {model._meta.verbose_name} {pk} with personal data.")
    back = within_site(request.GET.get("back", ""), page_of(row))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            set_reason(form.cleaned_data["reason"])
            owner, business = getattr(row, "user_id", row.pk), getattr(row, "business_id", None)
            rows("select private.record_reveal(%s, %s, %s, %s)", model._meta.db_table, str(row.pk), owner, business)
        reveal(request, model, row.pk)
        messages.success(request, f"The personal data is revealed to you for {MINUTES} minutes.")
        return HttpResponseRedirect(back)
    context = {
        "title": f"Reveal the personal data of {row}",
        "form": form,
        "minutes": MINUTES,
        "needless": request.user.has_perm(VIEW),
        "back": back,
        **admin.site.each_context(request),
    }
    return render(request, "console/reveal.html", context)
