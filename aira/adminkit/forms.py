"""What the database refuses comes back as an error of the form: it holds the rules."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpResponse

from aira.schema.errors import Refusal, explain


def attempt(view: Callable[[], HttpResponse]) -> HttpResponse | Refusal:
    """All that a view writes, or nothing and the database's refusal; any other error is raised."""
    try:
        with transaction.atomic():
            return view()
    except DatabaseError as error:
        refusal = explain(error)
        if refusal is None:
            raise
        return refusal


class ModelForm(forms.ModelForm):
    """A form whose save can be refused by the database: the refusal comes back as an error of the form."""

    refusal: Refusal | None = None

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal:
            field = self.refusal.field if self.refusal.field in self.fields else None
            self.add_error(field, ValidationError(str(self.refusal), code=self.refusal.constraint or "refused"))

    def validate_constraints(self) -> None:
        """The database does: its refusal names the rule, and holds when two people save at once."""

    def validate_unique(self) -> None:
        """As with the constraints."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        # The other services tell null from empty: an input that is left empty is null.
        for name, value in cleaned.items():
            if value == "" and self.instance._meta.get_field(name).null:
                cleaned[name] = None
        return cleaned
