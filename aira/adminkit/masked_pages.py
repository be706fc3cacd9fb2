"""Mask personal data on pages. Masked fields can't be edited or filtered, and lead to the page that reveals them."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from aira.personal.masks import PERSONAL, revealing_columns
from aira.personal.viewer import REVEAL, masked_fields, revealed_until

HIDDEN_AGAIN = "Nothing was saved, because the personal data of this record is masked again. Reveal it, then change it."


class MaskedFieldsMixin:
    """Mixin of pages whose model may have personal data."""

    model: type[models.Model]
    opts: Any
    change_form_before_template = "adminkit/personal.html"

    @property
    def is_personal(self) -> bool:
        """True if the model has personal data."""
        return self.opts.label_lower in PERSONAL

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Add the masked fields."""
        names: tuple[str, ...] = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        if obj is None or not self.is_personal:
            return names
        return tuple(dict.fromkeys([*names, *masked_fields(self.model, obj.pk)]))

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the form class. Refuse input for a field that was masked since, rather than dropping it silently."""
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        if obj is None or request.method != "POST" or not self.is_personal:
            return form
        if any(name in request.POST for name in masked_fields(self.model, obj.pk)):
            return type(form.__name__, (MaskedAgainForm, form), {})
        return form

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Tell whether the list can be filtered by this lookup."""
        # A filter such as ?customer_email__startswith=… would reveal the value letter by letter.
        if lookup.split("__")[0] in revealing_columns(self.model):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def get_sortable_by(self, request: HttpRequest) -> list[str]:
        """Leave out the masked columns."""
        # The order of two rows reveals which value is greater.
        names = super().get_sortable_by(request)  # type: ignore[misc]
        return [name for name in names if name not in revealing_columns(self.model)]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show whether personal data is masked, and until when it is revealed."""
        if (row := kwargs.get("obj")) is not None and self.is_personal:
            until = revealed_until(request, self.opts.label_lower, row.pk)
            context["personal"] = {
                "hidden": bool(masked_fields(self.model, row.pk)),
                "until": until and timezone.localtime(datetime.fromtimestamp(until, UTC)),
                "url": reveal_url(self.model, row.pk) if request.user.has_perm(REVEAL) else None,
            }
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Skip Django's log, which would keep the names of records permanently.

        The audit records changes, and can be redacted.
        """
        return None if self.is_personal else super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Skip Django's log, as for additions."""
        return None if self.is_personal else super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Skip Django's log, as for additions."""
        return None if self.is_personal else super().log_deletions(request, queryset)  # type: ignore[misc]


class MaskedAgainForm:
    """Mixin of a form that refuses input for fields that are masked again."""

    def clean(self) -> Any:
        """Refuse the input: the fields are masked again."""
        raise ValidationError(HIDDEN_AGAIN, code="hidden_again")


def reveal_url(model: type[models.Model], pk: Any) -> str:
    """Return the address of the page that reveals the personal data of a record."""
    return reverse("reveal", args=[model._meta.app_label, model._meta.model_name, pk])
