"""Personal data on pages of a record: masked fields are no inputs, and one record is shown for a reason, on record."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from aira.console.privacy import MINUTES, REVEAL, VIEW, masked_fields, reveal, revealed_until
from aira.console.reasons import ReasonForm
from aira.db.actor import because
from aira.db.functions import rows
from aira.db.personal import PERSONAL

HIDDEN_AGAIN = "Nothing was saved: the personal data of this record is masked again. Have it shown, then change it."


class Revealing:
    """Mixin of pages whose model may have personal fields."""

    model: type[models.Model]
    opts: Any
    change_form_before_template = "console/personal.html"

    @property
    def is_personal(self) -> bool:
        return self.opts.label_lower in PERSONAL

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        names: tuple[str, ...] = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        if obj is None or not self.is_personal:
            return names
        return tuple(dict.fromkeys([*names, *masked_fields(self.model, obj.pk)]))

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Data for an input that has become a mask meanwhile is refused: to drop it in silence would be a surprise."""
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        if obj is None or request.method != "POST" or not self.is_personal:
            return form
        if any(name in request.POST for name in masked_fields(self.model, obj.pk)):
            return type(form.__name__, (HiddenAgain, form), {})
        return form

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        # ?customer_email__startswith=… would tell it letter by letter.
        if self.is_personal and lookup.split("__")[0] in masked_fields(self.model, None):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (row := kwargs.get("obj")) is not None and self.is_personal:
            until = revealed_until(request, self.opts.label_lower, row.pk)
            context["personal"] = {
                "hidden": bool(masked_fields(self.model, row.pk)),
                "until": until and timezone.localtime(datetime.fromtimestamp(until, UTC)),
                "url": reveal_url(self.model, row.pk) if request.user.has_perm(REVEAL) else None,
            }
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    # Django's own log keeps what a row was called, for good; the audit has who changed what, and can be redacted.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if self.is_personal else super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if self.is_personal else super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None if self.is_personal else super().log_deletions(request, queryset)  # type: ignore[misc]


class HiddenAgain:
    def clean(self) -> Any:
        raise ValidationError(HIDDEN_AGAIN, code="hidden_again")


def reveal_url(model: type[models.Model], pk: Any) -> str:
    return reverse("reveal", args=[model._meta.app_label, model._meta.model_name, pk])


@staff_member_required(login_url="admin:login")
@permission_required(REVEAL, raise_exception=True)
def reveal_page(request: HttpRequest, app: str, name: str, pk: str) -> HttpResponse:
    """GET asks why; POST shows that record in this session, and the audit says who saw it."""
    from aira.console.history import model_named, row_of

    model = model_named(request, app, name)
    row: Any = row_of(model, pk) if model._meta.label_lower in PERSONAL else None
    if row is None:
        raise Http404(f"There is no personal data of a {model._meta.verbose_name} {pk}.")
    back = reverse(f"admin:{app}_{name}_change", args=[row.pk])
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            because(form.cleaned_data["reason"])
            owner, business = getattr(row, "user_id", row.pk), getattr(row, "business_id", None)
            rows("select private.record_reveal(%s, %s, %s, %s)", model._meta.db_table, str(row.pk), owner, business)
        reveal(request, model, row.pk)
        messages.success(request, f"Shown to you for {MINUTES} minutes.")
        return HttpResponseRedirect(back)
    context = {
        "title": f"Show the personal data of {row}",
        "form": form,
        "minutes": MINUTES,
        "needless": request.user.has_perm(VIEW),
        "back": back,
        **admin.site.each_context(request),
    }
    return render(request, "console/reveal.html", context)
