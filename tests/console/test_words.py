"""Test that pages speak to staff in words: names of rules and ids stand apart, and nothing names a library."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import get_commands
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from aira.adminkit.forms import in_words
from aira.api import keys
from aira.api.models import ApiKey
from aira.console import jobs
from aira.ops.models import Archive
from aira.outbox.models import ServiceEndpoint, WebhookDelivery
from aira.schema.errors import Refusal
from aira.schema.models import Account
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_pages import form_of, page
from tests.factories import Tenant


def text_of(answer: Any) -> str:
    """Return the text of a page without its tags and scripts."""
    return re.sub(r"(?s)<script.*?</script>|<[^>]+>", "", answer.content.decode())


def refusal(constraint: str | None) -> Refusal:
    return Refusal("23514", constraint, "The amount <b> is wrong.", "Give another one.", None, None, 409)


def test_a_refusal_names_its_rule_apart_from_the_sentence() -> None:
    said = in_words(refusal("amount_right"), "Nothing was changed.")
    assert said.startswith("Nothing was changed. The amount &lt;b&gt; is wrong. Give another one. <small")
    assert re.sub(r"<[^>]+>", "", said).endswith(" Reference: amount_right")
    assert "Reference" not in in_words(refusal(None))
    # Programs read the rule in the sentence.
    assert str(refusal("amount_right")).endswith("(rule: amount_right)")


def test_a_refused_form_shows_the_name_of_the_rule_as_reference(console: Client, alices_tenant: Tenant) -> None:
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


def test_each_job_says_what_it_does() -> None:
    for name in app.tasks:
        if not name.startswith(jobs.BUILT_IN):
            words = jobs.job_words(name)
            assert words != name, f"the task {name} has no docstring"
            assert re.fullmatch(r"[A-Z][^`_]+[a-z]", words), words


def test_the_pages_of_jobs_describe_them_in_words(console: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into jobs.procrastinate_jobs (queue_name, task_name, args)"
            " values ('default', 'platform.purge_trash', '{\"timestamp\": 1}') returning id"
        )
        [pk] = cursor.fetchone()
    for url in (page(ProcrastinateJob, "changelist"), page(ProcrastinateJob, "change", pk)):
        shown = text_of(console.get(url))
        assert "Purge the trash" in shown
        assert "Waiting" in shown
        assert re.findall(r"(?i)procrastinate|queueing.lock|timestamp|todo|task.name ", shown) == []
    for query, found in (("status__exact=todo", 1), ("status__exact=failed", 0), ("task_name__exact=ops.backup", 0)):
        assert console.get(page(ProcrastinateJob, "changelist") + f"?{query}").context["cl"].result_count == found


def test_a_delivery_names_services_and_events_in_words(console: Client, alices_tenant: Tenant) -> None:
    delivery = WebhookDelivery.objects.get(record_id=alices_tenant.document.pk)
    WebhookDelivery.objects.update(next_attempt_at=None, last_error="The service responded with 503.")
    ServiceEndpoint.objects.create(name="kb_updater", base_url="https://kb.example.com")
    pages = (
        page(WebhookDelivery, "changelist"),
        page(WebhookDelivery, "change", delivery.pk),
        page(ServiceEndpoint, "changelist"),
        page(ServiceEndpoint, "change", "kb_updater"),
        reverse("admin:platform_webhookdelivery_do", args=[delivery.pk, "replay"]),
    )
    for url in pages:
        shown = text_of(console.get(url)).partition("For engineers")[0]
        assert "KB Updater" in shown, url
        assert re.findall('kb_updater|INSERT|DELETE|{"', shown) == [], url
    assert "File name: a.pdf" in text_of(console.get(pages[1]))


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("short", "This password is too short. Choose one with at least 12 characters."),
        ("samuel-the-first", "too similar to the first name of the person. Choose a different one."),
        ("q1w2e3r4t5y6", "Many people use this password, so it is easy to guess. Choose a different one."),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(console: Client, staff: Any, password: str, error: str) -> None:
    staff.first_name = "Samuel-the-first"
    staff.save()
    sent = {"old_password": "correct horse battery", "new_password1": password, "new_password2": password}
    assert error in console.post(reverse("admin:password_change"), sent).content.decode()


def test_the_page_after_a_password_change_says_what_follows(console: Client) -> None:
    shown = console.get(reverse("admin:password_change_done")).content.decode()
    assert "Use the new password the next time you log in." in shown
    assert reverse("admin:index") in shown


def test_a_wrong_login_says_what_to_do(client: Client, staff: Any) -> None:
    sent = {"username": "sam", "password": "wrong"}
    assert "The user name or the password is wrong." in client.post(reverse("admin:login"), sent).content.decode()


def test_the_title_of_a_page_keeps_the_name_of_its_record(console: Client, alices_tenant: Tenant) -> None:
    shown = console.get(page(Account, "change", alices_tenant.business.user_id)).content.decode()
    assert "alice@example.com" in shown
    assert "Alice@example.com" not in shown


def test_the_timeline_keeps_the_capitals_of_a_kind(console: Client) -> None:
    made = keys.make(name="finance exports", purpose="x", scopes=["transactions:read"])
    shown = console.get(reverse("timeline", args=["api", "apikey", made.key.pk])).content.decode()
    assert "API key added" in shown
    assert "Read transactions (transactions:read)" in console.get(page(ApiKey, "change", made.key.pk)).content.decode()


def test_the_page_of_the_password_says_which_password(console: Client) -> None:
    url = reverse("admin:password_change")
    shown = console.get(url).content.decode()
    for label in ("Your present password", "New password", "New password again"):
        assert label in shown
    sent = {"old_password": "wrong", "new_password1": "one two three four", "new_password2": "five six seven eight"}
    refused = console.post(url, sent).content.decode()
    assert "This is not your present password. Enter it again." in refused
    assert "The two new passwords differ." in refused


def test_staff_change_their_own_password(console: Client, staff: Any) -> None:
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


def test_an_empty_list_says_where_its_rows_come_from(console: Client, db: None) -> None:
    request = console.get(reverse("admin:index")).wsgi_request
    lists = [one for one in admin.site._registry.values() if not one.has_add_permission(request)]
    assert [type(one).__name__ for one in lists if not getattr(one, "comes_from", "")] == []
    named = {word for one in lists for word in re.findall(r"manage\.py (\w+)", one.comes_from)}
    assert len(named) > 4
    assert named <= set(get_commands())
    shown = console.get(page(Archive, "changelist"))
    assert "Nothing here yet." in shown.content.decode()
    assert "ARCHIVE_DIR" in text_of(shown)
    # A filter that matches nothing is another matter.
    assert "ARCHIVE_DIR" not in text_of(console.get(page(Archive, "changelist"), {"month_from": "2020-01-01"}))
