"""Say in the errors of form fields which field and value are wrong, and what to do. Django's own texts name neither."""

from typing import Any

from django import forms

CHOOSE = "“%(value)s” is not one of the choices for “{label}”. Choose one from the list."
GONE = "Your choice for “{label}” does not exist any more. Choose another one."
# The messages of each kind of field, by the code of the error. {label} is the name of the field, {value} what was
# typed. Django fills in %(…)s where it knows the values; such a message can't have {value}, which may contain a
# percent sign. A field takes the messages of all its base classes, the most special one first.
MESSAGES: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {
        "required": "“{label}” is empty. Fill it in.",
        "max_length": "“{label}” has %(show_value)d characters. Shorten it to at most %(limit_value)d.",
        "min_length": "“{label}” has %(show_value)d characters. Write at least %(limit_value)d.",
        "max_value": "“{label}” is %(show_value)s. Give at most %(limit_value)s.",
        "min_value": "“{label}” is %(show_value)s. Give at least %(limit_value)s.",
        "unique": "Another %(model_name)s has this %(field_label)s. Choose another one.",
        "null_characters_not_allowed": "“{label}” contains an invisible character. Type the text again.",
    },
    forms.IntegerField: {"invalid": "“{value}” is not a whole number. Write digits only, such as 30."},
    forms.DecimalField: {
        "invalid": "“{value}” is not a number. Write it as 1000.00.",
        "max_digits": "“%(value)s” has too many digits. Give at most %(max)d.",
        "max_decimal_places": "“%(value)s” has too many decimals. Give at most %(max)d.",
        "max_whole_digits": "“%(value)s” is too large. Give at most %(max)d digits before the point.",
    },
    forms.DateField: {"invalid": "“{value}” is not a date. Write it as 2026-12-24."},
    forms.TimeField: {"invalid": "“{value}” is not a time. Write it as 15:30."},
    forms.DateTimeField: {"invalid": "“{value}” is not a date with a time. Write it as 2026-12-24 15:30."},
    forms.SplitDateTimeField: {
        "invalid_date": "The date of “{label}” can't be read. Write it as 2026-12-24.",
        "invalid_time": "The time of “{label}” can't be read. Write it as 15:30.",
    },
    forms.EmailField: {"invalid": "“%(value)s” is not an e-mail address. Write it as name@example.com."},
    forms.URLField: {"invalid": "“{label}” is not a web address. Write it as https://example.com."},
    forms.UUIDField: {"invalid": "“{value}” is not an id. Copy it from the field “Id” of the record's page."},
    forms.BooleanField: {"required": "“{label}” is not ticked. Tick it to continue."},
    forms.ChoiceField: {"required": "Nothing is chosen for “{label}”. Choose one.", "invalid_choice": CHOOSE},
    forms.ModelChoiceField: {"invalid_choice": GONE},
    forms.MultipleChoiceField: {
        "required": "Nothing is chosen for “{label}”. Choose at least one.",
        "invalid_choice": CHOOSE,
    },
    forms.ModelMultipleChoiceField: {
        "required": "Nothing is chosen for “{label}”. Choose at least one.",
        "invalid_choice": GONE,
        "invalid_pk_value": GONE,
    },
}
# The longest part of a typed value that an error repeats.
SHOWN = 60


def own_codes(field: forms.Field) -> set[str]:
    """Return the codes of the errors for which the field itself states a message."""
    usual: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        usual |= getattr(kind, "default_error_messages", {})
    return {code for code, text in field.error_messages.items() if text != usual.get(code)}


def messages_for(field: forms.Field, label: str, value: Any) -> dict[str, str]:
    """Return the messages of a field by the code of the error."""
    wanted: dict[str, str] = {}
    for kind in reversed(type(field).__mro__):
        wanted |= MESSAGES.get(kind, {})
    typed = value[:SHOWN] if isinstance(value, str) else ""
    return {code: text.format(label=label, value=typed) for code, text in wanted.items()}


class FieldErrorsMixin:
    """Mixin of a form whose errors name the field and say what to do. Messages that a field states itself are kept."""

    fields: dict[str, forms.Field]
    is_bound: bool

    def full_clean(self) -> None:
        """Clean the data. The messages contain the labels and values of this form."""
        stated = self.__dict__.setdefault("stated", {name: own_codes(field) for name, field in self.fields.items()})
        for name, field in self.fields.items():
            bound: Any = self[name]  # type: ignore[index]
            value = bound.data if self.is_bound and not isinstance(field.widget, forms.PasswordInput) else None
            said = messages_for(field, str(bound.label), value)
            field.error_messages |= {code: text for code, text in said.items() if code not in stated.get(name, ())}
        super().full_clean()  # type: ignore[misc]


class Form(FieldErrorsMixin, forms.Form):
    """Base class of the console's forms."""
