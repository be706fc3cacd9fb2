"""Which fields tell who a customer or an account is, and how they look to those who may not know."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, Protocol

from django.contrib.postgres.search import SearchVectorField
from django.db import models

Kind = Literal["name", "phone", "email", "text"]

# By label, since this app knows none of the others. Texts are what people write about people: nothing of them is shown.
PERSONAL: dict[str, dict[str, Kind]] = {
    "platform.account": {"email": "email", "phone": "phone"},
    "bookings.appointment": {
        "customer_name": "name",
        "customer_phone": "phone",
        "customer_email": "email",
        "notes": "text",
    },
}
# Columns that repeat what other rows hold, such as the audit's.
REPEATING: dict[str, tuple[str, ...]] = {"platform.auditevent": ("before", "after")}
DOTS = "•••"
# What a mask of a number looks like: masking it once more changes nothing.
MASKED_PHONE = re.compile(rf"(\+[0-9]{{1,2}} )?{DOTS} {DOTS} [0-9]{{4}}")


def mask(kind: Kind, value: str) -> str:
    """Enough to tell two apart while talking to one. As many dots for a short value as for a long one."""
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
    if MASKED_PHONE.fullmatch(value):
        return value
    digits = "".join(character for character in value if character.isdecimal())
    if len(digits) < 8:
        # Four of so few would be most of it.
        return DOTS
    # Two digits tell at most a country's code; in zones 1 and 7 the second belongs to the number.
    code = digits[:1] if digits[0] in "17" else digits[:2]
    prefix = f"+{code} " if value.strip().startswith("+") else ""
    return f"{prefix}{DOTS} {DOTS} {digits[-4:]}"


class Onlooker(Protocol):
    """Whoever is looking, such as a request of staff."""

    def sees(self, label: str, pk: Any) -> bool:
        """Whether that row's personal data is shown as it is. pk: None for any row."""
        ...


_onlooker: ContextVar[Onlooker | None] = ContextVar("onlooker", default=None)


@contextmanager
def looking(onlooker: Onlooker) -> Iterator[None]:
    """What is loaded meanwhile is loaded for these eyes. Where nobody looks, as in the worker, all is as it is."""
    token = _onlooker.set(onlooker)
    try:
        yield
    finally:
        _onlooker.reset(token)


def is_hidden(model: type[models.Model], pk: Any) -> bool:
    onlooker = _onlooker.get()
    label = model._meta.label_lower
    return onlooker is not None and label in PERSONAL and not onlooker.sees(label, pk)


def finds_whole_values_only() -> bool:
    """Whether whoever looks sees people masked, and so may find them by nothing but a whole value."""
    onlooker = _onlooker.get()
    return onlooker is not None and any(not onlooker.sees(label, None) for label in PERSONAL)


def untold_columns(model: type[models.Model]) -> set[str]:
    """Columns of a list that tell whoever looks what is masked, by a filter on them or by their order."""
    label = model._meta.label_lower
    if label in REPEATING:
        return set(REPEATING[label]) if finds_whole_values_only() else set()
    if not is_hidden(model, None):
        return set()
    # A search vector repeats the words of the columns that it is made from.
    made = {
        field.name
        for field in model._meta.fields
        if isinstance(getattr(field, "output_field", field), SearchVectorField)
    }
    return set(PERSONAL[label]) | made


def as_seen(model: type[models.Model], pk: Any, name: str, value: Any) -> Any:
    """A field's value for whoever looks; for values that come by another way than the model, such as the audit."""
    kind = PERSONAL.get(model._meta.label_lower, {}).get(name)
    if kind is None or value in (None, "") or not is_hidden(model, pk):
        return value
    # Of a long text the audit has its beginning, length and hash.
    return mask(kind, value) if isinstance(value, str) else DOTS


def all_as_seen(model: type[models.Model] | None, pk: Any, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Values by column, such as the audit has them. model: None for a table of none."""
    if model is None or values is None:
        return values
    return {name: as_seen(model, pk, name, value) for name, value in values.items()}


class Personal(models.Model):
    """A model with fields of PERSONAL: masked as it is loaded, so that no page, title or message has to remember it."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Any:
        row = super().from_db(db, field_names, values, **kwargs)
        if is_hidden(cls, row.pk):
            for name in PERSONAL[cls._meta.label_lower]:
                # What is deferred stays so; it is loaded by way of here.
                if name in row.__dict__:
                    row.__dict__[name] = as_seen(cls, row.pk, name, row.__dict__[name])
        return row

    def save(self, **kwargs: Any) -> None:
        """A mask that comes back, from a form or by the API, is no new value: the column stays as it is."""
        masked = {name for name in PERSONAL[self._meta.label_lower] if DOTS in (self.__dict__.get(name) or "")}
        if masked and not self._state.adding:
            names = kwargs.get("update_fields")
            if names is None:
                fields = self._meta.concrete_fields
                names = [field.name for field in fields if not (field.primary_key or field.generated)]
                names = [name for name in names if name not in self.get_deferred_fields()]
            kwargs["update_fields"] = [name for name in names if name not in masked]
        super().save(**kwargs)
