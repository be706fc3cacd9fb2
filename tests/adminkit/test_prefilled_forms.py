"""Test add forms whose address contains initial values."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client

from aira.api.models import ApiKey
from aira.console.models import StaffUser
from billing.models import Transaction
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_pages import page
from tests.factories import Tenant

GARBAGE = [
    "abc", "", " ", "\0", "a\0b", "-1", "1e999999999", "NaN", "Infinity", "9" * 5000, "99999999999999999999", "0",
    "2026-12-01T10:00:00Z", "2026-13-41T25:61:61Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "null", "[]",
    '{"week": 5}', '{"week": {"mon": [["a"]]}}', "[[[[", '"', "<b>", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "\u202e", "x" * 20_000, str(uuid4()), "a,b,c", "1,2,\0",
]  # fmt: skip


def form_of(answer: Any) -> forms.BaseForm:
    """The form of a page. Appointments have a page of their own, which asks for the business first."""
    return answer.context["adminform"].form if "adminform" in answer.context else answer.context["form"]


def initial(console: Client, model: type, **given: str) -> tuple[dict[str, Any], str]:
    """Return the initial values of the form, as the browser shows them, and the messages above it."""
    answer = console.get(page(model, "add"), given)
    assert answer.status_code == 200, given
    form = form_of(answer)
    return {name: form[name].value() for name in given}, " ".join(str(one) for one in answer.context["messages"])


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (Transaction, {"user": "abc"}),
        (Transaction, {"currency": "XYZ", "amount": "NaN"}),
        (Business, {"business_hours": "always", "is_active": "maybe"}),
        (Group, {"permissions": "1,x"}),
    ],
)  # fmt: skip
def test_an_invalid_initial_value_is_left_out_and_named(console: Client, model: type, given: dict[str, str]) -> None:
    begins, said = initial(console, model, **given)
    without, _ = initial(console, model, **dict.fromkeys(given, ""))
    for name, text in given.items():
        assert begins[name] in (without[name], None, ""), name
        assert f"The link's value “{text}” for “" in said


def test_values_for_an_appointment_are_in_its_form(console: Client, alices_tenant: Tenant) -> None:
    business = str(alices_tenant.business.pk)
    answer = console.get(
        page(Appointment, "add"),
        {"business": business, "scheduled_at": "2031-12-01T10:00:00Z", "duration": "45", "notes": "by the window"},
    )
    assert list(answer.context["messages"]) == []
    form = form_of(answer)
    assert (form["time"].value(), form["duration"].value(), form["notes"].value()) == ("10:00", 45, "by the window")
    text = answer.content.decode()
    for shown in (alices_tenant.business.name, 'value="2031-12-01"', 'value="10:00"'):
        assert shown in text


def test_a_plus_sign_that_came_as_a_space_is_understood(console: Client, alices_tenant: Tenant) -> None:
    given = {"business": str(alices_tenant.business.pk), "scheduled_at": "2031-12-01T10:00:00 02:00"}
    answer = console.get(page(Appointment, "add"), given)
    assert (form_of(answer)["time"].value(), list(answer.context["messages"])) == ("08:00", [])


@pytest.mark.parametrize(
    "given", [{"business": "abc"}, {"business": str(UUID(int=0))}, {"scheduled_at": "soon"}, {"duration": "a while"}]
)
def test_an_invalid_value_for_an_appointment_is_named(
    console: Client, alices_tenant: Tenant, given: dict[str, str]
) -> None:
    answer = console.get(page(Appointment, "add"), {"business": str(alices_tenant.business.pk), **given})
    [text] = given.values()
    [said] = [str(one) for one in answer.context["messages"]]
    assert f"The link's value “{text}” for “" in said


def test_initial_values_work_in_other_forms(console: Client, alices_tenant: Tenant) -> None:
    begins, _ = initial(console, Transaction, user=str(alices_tenant.business.user_id), amount="12.50", currency="USD")
    assert (str(begins["user"]), str(begins["amount"]), begins["currency"]) == (
        str(alices_tenant.business.user_id), "12.50", "USD",
    )  # fmt: skip
    permission = Permission.objects.order_by("pk").first()
    assert permission
    begins, _ = initial(console, Group, name="finance", permissions=str(permission.pk))
    assert begins == {"name": "finance", "permissions": [permission.pk]}
    hours = '{"week": {"mon": [["09:00", "12:00"]]}}'
    assert initial(console, Business, business_hours=hours)[1] == ""
    assert initial(console, Business, is_active="false")[0] == {"is_active": False}


ADDABLE = [model for model, its in admin.site._registry.items() if model not in (ApiKey,)]


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in (1, 2, 3))])
@pytest.mark.parametrize("model", ADDABLE, ids=lambda model: model._meta.label)
def test_no_garbage_in_any_field_breaks_an_add_form(
    console: Client, alices_tenant: Tenant, model: type, part: int
) -> None:
    # The quick quarter differs from form to form, so that together they see every text.
    texts = GARBAGE[(ADDABLE.index(model) + part) % 4 :: 4]
    answer = console.get(page(model, "add"), follow=True)
    if answer.status_code == 403:
        return
    names = {*form_of(answer).fields, *(field.name for field in model._meta.get_fields())}
    for text in texts:
        answer = console.get(page(model, "add"), dict.fromkeys(names, text), follow=True)
        if "\0" in text:
            # PostgreSQL's texts can't hold a NUL, so `aira.web.boundary` refuses it everywhere.
            assert answer.status_code == 400
            continue
        assert answer.status_code == 200, (model, text)
        assert isinstance(form_of(answer), forms.BaseForm)
    for text in texts:
        given = {"_popup": text, "_changelist_filters": text, "_to_field": text, "page": text}
        assert console.get(page(model, "add"), given, follow=True).status_code in (200, 400)


def test_garbage_does_not_break_the_form_of_an_api_key(console: Client, db: None) -> None:
    for text in GARBAGE:
        expected = 400 if "\0" in text else 200
        assert console.get(page(ApiKey, "add"), {"name": text, "days": text, "scopes": text}).status_code == expected


def test_staff_who_may_not_add_get_no_form(client: Client, db: None) -> None:
    client.force_login(StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True))
    assert client.get(page(Appointment, "add"), {"business": "abc"}).status_code == 403
