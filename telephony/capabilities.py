"""Edit what a phone number can do by ticking boxes."""

from typing import Any, override

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

CAPABILITIES = (
    ("voice", "Calls"),
    ("sms", "Text messages (SMS)"),
    ("mms", "Picture messages (MMS)"),
    ("fax", "Fax"),
)


def able(value: Any) -> list[str]:
    """Return the names of what a phone number can do."""
    return [name for name, _ in CAPABILITIES if isinstance(value, dict) and value.get(name) is True]


class CapabilitiesField(forms.MultipleChoiceField):
    """Choice of what a phone number can do. Its value is the JSON object of `business_numbers.capabilities`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=CAPABILITIES, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget, **kwargs)

    @override
    def prepare_value(self, value: Any) -> list[str]:
        return value if isinstance(value, list) else able(value)

    @override
    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return {name: name in chosen for name, _ in CAPABILITIES}

    @override
    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(able(initial)) != set(data or [])
