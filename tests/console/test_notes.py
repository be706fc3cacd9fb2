"""Notes of staff: beside their record, on the start page, in timelines, in the search, and erased with the account."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aira.audit.models import AuditEvent
from aira.console.models import Note, StaffUser
from aira.ops import accounts
from aira.schema import trash
from aira.schema.models import Account
from aira.schema.sql_calls import rows
from bookings.models import Appointment
from tests.factories import Tenant

TEXT = "Calls back about the Umbrella order"
DOTS = "•••"


def address(row: Any) -> str:
    return reverse("add-note", args=[row._meta.app_label, row._meta.model_name, row.pk])


def of_group(name: str, group: str) -> tuple[Client, StaffUser]:
    person = StaffUser.objects.create_user(name, password="x", is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(person)
    return client, person


def overview(tenant: Tenant) -> str:
    return reverse("business", args=[tenant.business.pk])


def text_of(client: Client, url: str, **data: str) -> str:
    answer = client.get(url, data, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def subjects(alices_tenant: Tenant, alice: UUID) -> dict[str, Any]:
    return {
        "business": alices_tenant.business,
        "account": Account.objects.get(pk=alice),
        "appointment": alices_tenant.appointment,
        "transaction": alices_tenant.transaction,
    }


@pytest.mark.parametrize("kind", ["business", "account", "appointment", "transaction"])
def test_a_note_is_shown_with_its_record_and_in_its_timeline(
    console: Client, subjects: dict[str, Any], kind: str, alices_tenant: Tenant
) -> None:
    row = subjects[kind]
    answer = console.post(address(row), {"text": TEXT}, follow=True)
    assert "The note was saved." in answer.content.decode()
    assert TEXT in answer.content.decode()
    options = row._meta
    for timeline in (
        reverse("timeline", args=[options.app_label, options.model_name, row.pk]),
        reverse("timeline", args=["platform", "account", alices_tenant.business.user_id]),
    ):
        assert TEXT in text_of(console, timeline)


def test_a_follow_up_is_on_the_start_page_of_its_assignee_until_it_is_done(
    console: Client, alices_tenant: Tenant
) -> None:
    client, rita = of_group("rita", "support")
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()
    sent = {"text": TEXT, "assignee": str(rita.pk), "due": yesterday, "ticket": "https://tickets.example/17"}
    console.post(address(alices_tenant.business), sent)
    page = text_of(client, reverse("admin:index"))
    assert TEXT in page
    assert "overdue" in page
    assert TEXT not in text_of(console, reverse("admin:index"))
    assert "https://tickets.example/17" in text_of(client, overview(alices_tenant))
    note = Note.objects.get()
    done = client.post(reverse("finish-note", args=[note.pk]), follow=True).content.decode()
    assert "Undo" in done
    assert TEXT not in text_of(client, reverse("admin:index"))
    note.refresh_from_db()
    assert note.done_by == "rita"


def test_marking_a_note_as_done_can_be_undone(console: Client, alices_tenant: Tenant) -> None:
    console.post(address(alices_tenant.business), {"text": TEXT})
    note = Note.objects.get()
    done = console.post(reverse("finish-note", args=[note.pk]), follow=True)
    ticket = done.content.decode().split('name="ticket" value="')[1].split('"')[0]
    console.post(reverse("undo"), {"ticket": ticket})
    note.refresh_from_db()
    assert note.done_at is None


def test_the_second_of_two_people_who_finish_a_note_is_told(console: Client, alices_tenant: Tenant) -> None:
    console.post(address(alices_tenant.business), {"text": TEXT})
    note = Note.objects.get()
    client, _ = of_group("rita", "support")
    client.post(reverse("finish-note", args=[note.pk]))
    said = console.post(reverse("finish-note", args=[note.pk]), follow=True).content.decode()
    assert "Somebody else has marked the note as done." in said
    note.refresh_from_db()
    assert note.done_by == "rita"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": " "}, "“Note” is empty. Fill it in."),
        ({"text": "x", "ticket": "javascript:alert(1)"}, "must be a web address"),
        ({"text": "x", "due": "tomorrow"}, "“tomorrow” is not a date. Write it as 2026-12-24."),
        ({"text": "x", "assignee": "nobody"}, "Your choice for “Follow-up by” does not exist"),
        ({"text": "x" * 10_001}, "“Note” has 10001 characters. Shorten it to at most 10000."),
    ],
)
def test_a_note_that_breaks_a_rule_is_refused_and_kept(
    console: Client, alices_tenant: Tenant, sent: dict[str, str], said: str
) -> None:
    page = console.post(address(alices_tenant.business), sent).content.decode()
    assert said in page
    assert not Note.objects.exists()


def test_notes_are_about_four_kinds_of_records_only(console: Client, alices_tenant: Tenant) -> None:
    assert console.get(address(alices_tenant.document)).status_code == 404


def test_words_of_a_note_find_it(console: Client, alices_tenant: Tenant) -> None:
    console.post(address(alices_tenant.business), {"text": TEXT})
    found = text_of(console, reverse("search"), q="umbrel order")
    assert TEXT in found
    assert overview(alices_tenant) in found
    assert "Call" in text_of(console, reverse("admin:console_note_changelist"), q="umbrella")
    assert TEXT not in text_of(console, reverse("search"), q="umbrella sandwich")


@pytest.mark.parametrize("text", ["'", "& | !", ":*", "a'b:*", "\\", "x" * 400])
def test_no_text_breaks_the_search(console: Client, alices_tenant: Tenant, text: str) -> None:
    assert console.get(reverse("search"), {"q": text}).status_code == 200


def test_support_sees_colleagues_notes_masked_until_revealed_and_finds_none(
    console: Client, alices_tenant: Tenant
) -> None:
    console.post(address(alices_tenant.business), {"text": TEXT})
    note = Note.objects.get()
    client, _ = of_group("rita", "support")
    places = (
        overview(alices_tenant),
        reverse("admin:console_note_changelist"),
        reverse("admin:console_note_change", args=[note.pk]),
        reverse("timeline", args=["businesses", "business", alices_tenant.business.pk]),
    )
    for place in places:
        assert "Umbrella" not in text_of(client, place), place
    assert "by sam" not in text_of(client, reverse("search"), q="umbrella")
    client.post(reverse("reveal", args=["console", "note", note.pk]), {"reason": "Ticket 17"})
    assert TEXT in text_of(client, overview(alices_tenant))
    assert AuditEvent.objects.filter(verb="reveal", row_id=str(note.pk), reason="Ticket 17").exists()


def test_support_sees_and_finds_own_notes_and_those_assigned_to_them(console: Client, alices_tenant: Tenant) -> None:
    client, rita = of_group("rita", "support")
    client.post(address(alices_tenant.business), {"text": "My own remark"})
    console.post(address(alices_tenant.business), {"text": TEXT, "assignee": str(rita.pk)})
    page = text_of(client, overview(alices_tenant))
    assert "My own remark" in page
    assert TEXT in page
    assert TEXT in text_of(client, reverse("search"), q="umbrella")


def test_notes_of_an_appointment_are_shown_with_its_revealed_data(console: Client, alices_tenant: Tenant) -> None:
    appointment = alices_tenant.appointment
    console.post(address(appointment), {"text": TEXT})
    client, _ = of_group("rita", "support")
    page = reverse("admin:bookings_appointment_change", args=[appointment.pk])
    assert TEXT not in text_of(client, page)
    client.post(reverse("reveal", args=["bookings", "appointment", appointment.pk]), {"reason": "Ticket 17"})
    assert TEXT in text_of(client, page)


def test_read_only_staff_write_no_notes(alices_tenant: Tenant) -> None:
    client, _ = of_group("rita", "read-only")
    assert client.post(address(alices_tenant.business), {"text": "x"}).status_code == 403
    assert "Add a note" not in text_of(client, overview(alices_tenant))


def test_the_audit_records_a_note_without_its_text(console: Client, alices_tenant: Tenant) -> None:
    console.post(address(alices_tenant.business), {"text": TEXT})
    event = AuditEvent.objects.get(table_name="notes")
    assert (event.actor_name, event.business_id) == ("sam", alices_tenant.business.pk)
    assert "Umbrella" not in str(event.after)


def test_notes_are_exported_and_erased_with_the_account(console: Client, subjects: dict[str, Any], alice: UUID) -> None:
    for row in subjects.values():
        console.post(address(row), {"text": TEXT})
    exported = "".join(accounts.export(account=alice, reason="x"))
    assert exported.count("Umbrella") == 4
    rows("select private.erase_account(%s)::text", alice)
    assert not Note.objects.exists()


def test_a_note_is_removed_with_its_record(console: Client, alices_tenant: Tenant) -> None:
    console.post(address(alices_tenant.appointment), {"text": TEXT})
    found = Appointment.objects.filter(pk=alices_tenant.appointment.pk)
    trash.discard(found)
    trash.remove(found)
    assert not Note.objects.exists()


def test_the_business_page_stays_within_its_queries(console: Client, alices_tenant: Tenant) -> None:
    for n in range(25):
        console.post(address(alices_tenant.business), {"text": f"Note {n}"})
    with CaptureQueriesContext(connection) as queries:
        console.get(overview(alices_tenant))
    assert len(queries) <= 15, [query["sql"][:120] for query in queries]
