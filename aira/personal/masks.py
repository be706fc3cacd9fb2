"""Define the fields that identify a customer or an account, and mask them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, Protocol, override

from django.contrib.postgres.search import SearchVectorField
from django.db import models

Kind = Literal["name", "phone", "email", "text"]

# Models are named by label, since this app does not import them. Free texts are masked completely.
PERSONAL: dict[str, dict[str, Kind]] = {
    "platform.account": {"email": "email", "phone": "phone"},
    # Staff write notes about people.
    "console.note": {"text": "text"},
    "bookings.appointment": {
        "customer_name": "name",
        "customer_phone": "phone",
        "customer_email": "email",
        "notes": "text",
    },
}
# Columns that repeat values of other rows, such as those of the audit.
REPEATING: dict[str, tuple[str, ...]] = {
    "platform.auditevent": ("before", "after"),
    "platform.event": ("row", "row_before"),
    "api.apijob": ("request", "after", "result", "problem"),
}
DOTS = "•••"
# The form of a masked number. Masking it again changes nothing.
MASKED_PHONE = re.compile(rf"(\+[0-9]{{1,2}} )?{DOTS} {DOTS} [0-9]{{4}}")


def mask(kind: Kind, value: str) -> str:
    """Mask a value. The mask distinguishes two people on the telephone, and does not reveal the length."""
    match kind:
        case "name":
            return " ".join(word[0] + DOTS for word in value.split()) or DOTS
        case "phone":
            return mask_phone(value)
        case "email":
            local, at, domain = value.strip().rpartition("@")
            return f"{local[0]}{DOTS}@{domain}" if at and local and domain else DOTS
    return DOTS


def mask_phone(value: str) -> str:
    """Mask a phone number, except for the country and the last four digits."""
    if MASKED_PHONE.fullmatch(value):
        return value
    digits = "".join(character for character in value if character.isdecimal())
    if len(digits) < 8:
        # Four digits would reveal most of a short number.
        return DOTS
    # Two digits reveal at most the country code. In zones 1 and 7, the second digit belongs to the number.
    code = digits[:1] if digits[0] in "17" else digits[:2]
    prefix = f"+{code} " if value.strip().startswith("+") else ""
    return f"{prefix}{DOTS} {DOTS} {digits[-4:]}"


class Viewer(Protocol):
    """Reader of data, such as a request of staff."""

    def sees(self, label: str, pk: Any) -> bool:
        """Tell whether the personal data of this row is shown. `pk` is None for all rows."""
        ...


_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


@contextmanager
def viewed_by(viewer: Viewer) -> Iterator[None]:
    """Mask rows for this viewer while they are loaded. Without a viewer, as in the worker, nothing is masked."""
    token = _viewer.set(viewer)
    try:
        yield
    finally:
        _viewer.reset(token)


def is_hidden(model: type[models.Model], pk: Any) -> bool:
    """Tell whether the personal data of a row is masked for the current viewer."""
    viewer = _viewer.get()
    label = model._meta.label_lower
    return viewer is not None and label in PERSONAL and not viewer.sees(label, pk)


def viewer_is_one_of(*people: Any) -> bool:
    """Tell whether the current viewer is one of these members of staff, given by their ids."""
    own = getattr(_viewer.get(), "person", None)
    return own is not None and own in people


def finds_whole_values_only() -> bool:
    """Tell whether the current viewer sees people masked, and can therefore find them only by whole values."""
    viewer = _viewer.get()
    return viewer is not None and any(not viewer.sees(label, None) for label in PERSONAL)


def revealing_columns(model: type[models.Model]) -> set[str]:
    """Return the columns of a list that would reveal masked values by a filter or by their order."""
    label = model._meta.label_lower
    if label in REPEATING:
        return set(REPEATING[label]) if finds_whole_values_only() else set()
    if not is_hidden(model, None):
        return set()
    # A search vector repeats the words of its columns.
    vectors = {
        field.name
        for field in model._meta.fields
        if isinstance(getattr(field, "output_field", field), SearchVectorField)
    }
    return set(PERSONAL[label]) | vectors


def as_seen(model: type[models.Model], pk: Any, name: str, value: Any) -> Any:
    """Return a value as the current viewer may see it.

    For values from other sources than the model, such as the audit.
    """
    kind = PERSONAL.get(model._meta.label_lower, {}).get(name)
    if kind is None or value in (None, "") or not is_hidden(model, pk):
        return value
    # The audit holds the beginning, length and hash of a long text.
    return mask(kind, value) if isinstance(value, str) else DOTS


def all_as_seen(model: type[models.Model] | None, pk: Any, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return values by column as the current viewer may see them.

    Args:
        model: None for a table without a model.
    """
    if model is None or values is None:
        return values
    return {name: as_seen(model, pk, name, value) for name, value in values.items()}


class Personal(models.Model):
    """Model with personal data. It is masked while it is loaded, so that pages, titles and messages need not do it."""

    class Meta:
        abstract = True

    @override
    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Any:
        row = super().from_db(db, field_names, values, **kwargs)
        if is_hidden(cls, row.pk):
            for name in PERSONAL[cls._meta.label_lower]:
                # Deferred fields stay deferred. They pass through here when they are loaded.
                if name in row.__dict__:
                    row.__dict__[name] = as_seen(cls, row.pk, name, row.__dict__[name])
        return row

    def save(self, **kwargs: Any) -> None:
        """Save the row. A mask that a form or the API sends back is not a new value, so its column stays unchanged."""
        masked = {name for name in PERSONAL[self._meta.label_lower] if DOTS in (self.__dict__.get(name) or "")}
        if masked and not self._state.adding:
            names = kwargs.get("update_fields")
            if names is None:
                fields = self._meta.concrete_fields
                names = [field.name for field in fields if not (field.primary_key or field.generated)]
                names = [name for name in names if name not in self.get_deferred_fields()]
            kwargs["update_fields"] = [name for name in names if name not in masked]
        super().save(**kwargs)
