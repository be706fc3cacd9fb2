"""Test that pages speak to staff in words: names of rules and ids stand apart, and nothing names a library."""

import re
from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from aira.adminkit.forms import in_words
from aira.schema.errors import Refusal
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_pages import form_of, page
from tests.factories import Tenant


def refusal(constraint: str | None) -> Refusal:
    return Refusal("23514", constraint, "The amount <b> is wrong.", "Give another one.", None, None, 409)


def test_a_refusal_names_its_rule_apart_from_the_sentence() -> None:
    said = in_words(refusal("amount_right"), "Nothing was changed.")
    assert said.startswith("Nothing was changed. The amount &lt;b&gt; is wrong. Give another one. <small")
    assert re.sub(r"<[^>]+>", "", said).endswith(" Reference: amount_right")
    assert "Reference" not in in_words(refusal(None))
    # Programs read the rule in the sentence.
    assert str(refusal("amount_right")).endswith("(rule: amount_right)")


def test_a_page_shows_the_reference(console: Client, alices_tenant: Tenant) -> None:
    url = page(Business, "change", alices_tenant.business.pk)
    shown = console.post(url, form_of(console, url) | {"phone_number": "0415 555"}).content.decode()
    assert '<small class="reference">Reference: business_phone_is_e164</small>' in shown
    assert "(rule:" not in shown


def test_no_heading_names_a_library(console: Client) -> None:
    for model in admin.site._registry:
        name = str(model._meta.app_config.verbose_name)
        assert name not in ("Procrastinate", "Platform", "Axes", "MFA", "Authentication and Authorization"), model
    shown = console.get(reverse("admin:procrastinate_procrastinatejob_changelist")).content.decode()
    assert "Procrastinate" not in re.sub(r"<[^>]+>", "", shown)


def test_the_page_of_the_password_says_which_password(console: Client) -> None:
    url = reverse("admin:password_change")
    shown = console.get(url).content.decode()
    for label in ("Your present password", "New password", "New password again"):
        assert label in shown
    sent = {"old_password": "wrong", "new_password1": "one two three four", "new_password2": "five six seven eight"}
    refused = console.post(url, sent).content.decode()
    assert "This is not your present password. Enter it again." in refused
    assert "The two new passwords differ." in refused


def test_the_own_password_is_changed(console: Client, staff: Any) -> None:
    new = "five six seven eight"
    sent = {"old_password": "correct horse battery", "new_password1": new, "new_password2": new}
    assert console.post(reverse("admin:password_change"), sent).status_code == 302
    staff.refresh_from_db()
    assert staff.check_password(new)


def test_the_timeline_of_a_removed_record_names_its_kind(console: Client, alices_tenant: Tenant) -> None:
    appointment = alices_tenant.appointment
    for _ in range(2):
        Appointment.objects.filter(pk=appointment.pk)._raw_delete("default")
    answer = console.get(reverse("timeline", args=["bookings", "appointment", appointment.pk]))
    assert answer.context["title"] == "Timeline of a removed appointment"
    assert f"Its id was {appointment.pk}." in answer.content.decode()


def test_the_timeline_names_the_records_to_which_a_change_refers(console: Client, alices_tenant: Tenant) -> None:
    appointment = alices_tenant.appointment
    shown = console.get(reverse("timeline", args=["bookings", "appointment", appointment.pk]))
    changed = {change.label: change.after for entry in shown.context["entries"] for change in entry.changes}
    assert changed["business"] == "Corner Shop"
