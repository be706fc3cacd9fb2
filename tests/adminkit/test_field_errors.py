"""Test that the errors of form fields name the field and the value, and say what to do."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from aira.adminkit.field_errors import MESSAGES, FieldErrorsMixin, Form
from aira.adminkit.forms import AmountField
from telephony.models import BusinessNumber
from tests.console.test_pages import form_of, page
from tests.factories import Tenant

OURS = ("aira.", "billing.", "bookings.", "businesses.", "knowledge.", "telephony.")
# The API answers with problems of its own.
OF_THE_API = {"aira.api.search.FilterForm"}
SIZES = [("s", "Small"), ("l", "Large")]


def error_of(field: forms.Field, typed: Any, label: str = "Due day") -> str:
    """Return the error of a form with one field."""
    field.label = label
    kind = type("OneField", (Form,), {"one": field})
    form = kind({} if typed is None else {"one": typed})
    assert not form.is_valid()
    [[error]] = form.errors.values()
    return str(error)


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        (forms.CharField(), " ", "“Due day” is empty. Fill it in."),
        (forms.CharField(max_length=3), "four", "“Due day” has 4 characters. Shorten it to at most 3."),
        (forms.CharField(), "a\0b", "“Due day” contains an invisible character. Type the text again."),
        (forms.DateField(), "100%", "“100%” is not a date. Write it as 2026-12-24."),
        (forms.IntegerField(), "1.5", "“1.5” is not a whole number. Write digits only, such as 30."),
        (forms.IntegerField(min_value=1), "0", "“Due day” is 0. Give at least 1."),
        (forms.IntegerField(max_value=9), "10", "“Due day” is 10. Give at most 9."),
        (AmountField(max_digits=8, decimal_places=2), "1.234", "“1.234” has too many decimals. Give at most 2."),
        (AmountField(max_digits=4, decimal_places=2), "123.45", "“123.45” has too many digits. Give at most 4."),
        (forms.EmailField(), "a%b", "“a%b” is not an e-mail address. Write it as name@example.com."),
        (forms.UUIDField(), "7", "“7” is not an id. Copy it from the field “Id” of the record's page."),
        (forms.ChoiceField(choices=SIZES), None, "Nothing is chosen for “Due day”. Choose one."),
        (
            forms.ChoiceField(choices=SIZES),
            "%d",
            "“%d” is not one of the choices for “Due day”. Choose one from the list.",
        ),
        (forms.MultipleChoiceField(choices=SIZES), None, "Nothing is chosen for “Due day”. Choose at least one."),
        (forms.BooleanField(), None, "“Due day” is not ticked. Tick it to continue."),
        (forms.SplitDateTimeField(), None, "“Due day” is empty. Fill it in."),
    ],
)
def test_an_error_says_what_is_wrong_and_what_to_do(field: forms.Field, typed: Any, error: str) -> None:
    assert error_of(field, typed) == error


def test_a_field_keeps_the_message_that_it_states_itself() -> None:
    assert error_of(forms.DateField(error_messages={"invalid": "No such day."}), "x") == "No such day."


def test_an_error_never_repeats_a_password() -> None:
    rules = {"invalid": "{value}"}
    kind = type("Strange", (forms.CharField,), {"default_error_messages": rules, "clean": forms.DateField.clean})
    MESSAGES[kind] = rules
    try:
        field = kind(widget=forms.PasswordInput)
        form = type("OneField", (Form,), {"one": field})({"one": "secret"})
        form.full_clean()
        assert form.fields["one"].error_messages["invalid"] == ""
    finally:
        del MESSAGES[kind]


def test_a_form_that_is_cleaned_again_names_the_new_value() -> None:
    form = type("OneField", (Form,), {"one": forms.DateField()})({"one": "first"})
    assert "first" in str(form.errors)
    form.data = {"one": "second"}
    form.full_clean()
    assert "second" in str(form.errors)
    form.data = {"one": "2026-12-24"}
    form.full_clean()
    assert form.cleaned_data["one"] == date(2026, 12, 24)


def all_forms(kind: type = forms.BaseForm) -> set[type]:
    """Return all classes of forms that this project writes."""
    found = {one for child in kind.__subclasses__() for one in {child, *all_forms(child)}}
    return {one for one in found if one.__module__.startswith(OURS)}


def test_every_form_of_the_console_names_its_fields_in_errors(console: Client) -> None:
    # The addresses import all pages.
    console.get(reverse("admin:index"))
    of_models = {page.form for page in admin.site._registry.values() if page.form is not forms.ModelForm}
    found = {one for one in all_forms() | of_models if f"{one.__module__}.{one.__qualname__}" not in OF_THE_API}
    assert len(found) > 30
    assert {one for one in found if not issubclass(one, FieldErrorsMixin)} == set()


def test_a_forged_id_is_an_unknown_choice(console: Client, alices_tenant: Tenant) -> None:
    """Django looks up the chosen row to show it again, and fails for a text that is not an id."""
    url = page(BusinessNumber, "add")
    answer = console.post(url, form_of(console, url) | {"business": "zz%9"})
    assert answer.status_code == 200
    assert "Your choice for “Business” does not exist any more." in answer.content.decode()
