"""Test that pages speak to staff in words: names of rules and ids stand apart, and nothing names a library."""

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from aira.adminkit.forms import in_words
from aira.schema.errors import Refusal
from billing.models import Transaction
from bookings.models import Appointment
from tests.factories import Tenant


def refusal(constraint: str | None) -> Refusal:
    return Refusal("23514", constraint, "The amount <b> is wrong.", "Give another one.", None, None, 409)


def test_a_refusal_names_its_rule_apart_from_the_sentence() -> None:
    said = in_words(refusal("amount_right"), "Nothing was changed.")
    assert said.startswith("Nothing was changed. The amount &lt;b&gt; is wrong. Give another one. <small")
    assert re.sub(r"<[^>]+>", "", said).endswith(" Reference: amount_right")
    assert "Reference" not in in_words(refusal(None))


def test_a_page_shows_the_reference_and_the_api_keeps_the_rule(
    console: Client, api: APIClient, alices_tenant: Tenant
) -> None:
    number = alices_tenant.number
    page = reverse("admin:telephony_businessnumber_change", args=[number.pk])
    form = console.get(page).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, False)}
    seen = console.get(page).context["seen"]
    answer = console.post(page, {**sent, "capabilities": "{}", "phone_number": "12", "seen": seen})
    shown = html.unescape(answer.content.decode())
    assert "(rule:" not in shown
    assert '<small class="reference">Reference: ' in shown
    with transaction.atomic():
        refused = api.patch(f"/api/v1/numbers/{number.pk}/", {"phone_number": "12"}, HTTP_X_REASON="x")
    assert "(rule: " in refused.json()["detail"]


def test_no_heading_names_a_library(console: Client) -> None:
    for model in admin.site._registry:
        name = str(model._meta.app_config.verbose_name)
        assert name not in ("Procrastinate", "Platform", "Axes", "MFA", "Authentication and Authorization"), model
    page = console.get(reverse("admin:procrastinate_procrastinatejob_changelist")).content.decode()
    assert "Procrastinate" not in re.sub(r"<[^>]+>", "", page)


def test_the_page_of_the_password_says_which_password(console: Client) -> None:
    page = reverse("admin:password_change")
    shown = console.get(page).content.decode()
    for label in ("Your present password", "New password", "New password again"):
        assert label in shown
    sent = {"old_password": "wrong", "new_password1": "one two three four", "new_password2": "five six seven eight"}
    refused = console.post(page, sent).content.decode()
    assert "This is not your present password. Enter it again." in refused
    assert "The two new passwords differ." in refused


def test_the_own_password_is_changed(console: Client, staff: Any) -> None:
    new = "five six seven eight"
    sent = {"old_password": "correct horse battery", "new_password1": new, "new_password2": new}
    assert console.post(reverse("admin:password_change"), sent).status_code == 302
    staff.refresh_from_db()
    assert staff.check_password(new)


@pytest.mark.parametrize("model", [Appointment, Transaction])
def test_the_timeline_of_a_removed_record_names_its_kind(console: Client, alices_tenant: Tenant, model: Any) -> None:
    pk = alices_tenant.appointment.pk if model is Appointment else uuid4()
    if model is Appointment:
        Appointment.objects.filter(pk=pk).delete()
    answer = console.get(reverse("timeline", args=[model._meta.app_label, model._meta.model_name, pk]))
    if model is Transaction:
        assert answer.status_code == 404
    else:
        assert answer.context["title"] == "Timeline of a removed appointment"


def test_the_timeline_names_the_records_to_which_a_change_refers(console: Client, alices_tenant: Tenant) -> None:
    appointment = alices_tenant.appointment
    shown = console.get(reverse("timeline", args=["bookings", "appointment", appointment.pk]))
    changed = {change.label: change.after for entry in shown.context["entries"] for change in entry.changes}
    assert changed["business"] == "Corner Shop"
