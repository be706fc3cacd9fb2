"""Test masks: no page shows personal data to support until they give a reason, which reveals one record and is
recorded.
"""

import re
import time
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import DataError, connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from aira.adminkit.masked_pages import HIDDEN_AGAIN
from aira.adminkit.transition_pages import url_name
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.personal.masks import PERSONAL, Personal
from aira.personal.viewer import MINUTES, PersonalData
from aira.schema.models import Account
from bookings.models import Appointment
from tests.console.test_pages import MODELS, errors_on, form_of, page
from tests.factories import Tenant

RAW = ("Zebedee", "Quillfeather", "zeb.quill", "alice@", "5557788", "555-77-88", "allergic to lilies", "4155550177")


@pytest.fixture
def carol(alices_tenant: Tenant) -> Appointment:
    """Create an appointment of alice's customer, and change it several times."""
    carol = Appointment.objects.filter(pk=alices_tenant.appointment.pk)
    carol.update(
        customer_name="Zebedee Quillfeather",
        customer_phone="+14155557788",
        customer_email="zeb.quill@example.com",
        notes="allergic to lilies",
    )
    carol.update(customer_phone="+14155550177")
    carol.update(customer_phone="+14155557788")
    return carol.get()


@pytest.fixture
def support(db: None, django_user_model: type[StaffUser]) -> Client:
    return member_of("support", django_user_model)


def member_of(group: str, users: type[StaffUser]) -> Client:
    member = users.objects.create_user(f"{group}-member", is_staff=True)
    member.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(member)
    return client


def may(client: Client, *names: str) -> None:
    member = StaffUser.objects.get(pk=client.session["_auth_user_id"])
    member.user_permissions.add(*Permission.objects.filter(codename__in=names))


def every_address(carol: Appointment) -> list[str]:
    found = [reverse("admin:index"), reverse("analytics"), reverse("view-as")]
    for model in MODELS:
        found += [page(model, "changelist"), page(model, "add"), page(model, "changelist") + "?q=zebedee"]
        for row in model._default_manager.all()[:3]:
            found += [page(model, "change", row.pk), page(model, "delete", row.pk)]
            found.append(reverse("timeline", args=[model._meta.app_label, model._meta.model_name, row.pk]))
            for one in getattr(admin.site._registry[model], "transitions", ()):
                found.append(reverse(f"admin:{url_name(model)}", args=[row.pk, one.name]))
    found += [
        reverse("version", args=["bookings", "appointment", carol.pk, event.pk])
        for event in AuditEvent.objects.filter(row_id=str(carol.pk)).exclude(verb="insert")
    ]
    found.append(reverse("reveal", args=["bookings", "appointment", carol.pk]))
    day = carol.scheduled_at.date().isoformat()
    found.append(reverse("admin:bookings_appointment_diary", args=[carol.business_id]) + f"?day={day}")
    found.append(reverse("admin:bookings_appointment_events", args=[carol.business_id]) + f"?start={day}&end={day}")
    found.append(page(Appointment, "add") + f"?business={carol.business_id}&day={day}")
    for text in ("zebedee", "5557788", "zeb.quill@example.com", "alice@example.com", str(carol.pk)):
        found += [reverse("search") + f"?q={text}", reverse("admin:search") + f"?s={text}&extended=1"]
        found.append(reverse("admin:bookings_appointment_customers", args=[carol.business_id]) + f"?find={text}")
    found += [
        reverse("admin:autocomplete") + f"?app_label={app}&model_name={model}&field_name=user&term=alice"
        for app, model in (("telephony", "businessnumber"), ("billing", "transaction"), ("businesses", "business"))
    ]
    return [*found, "/api/v1/appointments/", f"/api/v1/appointments/{carol.pk}/", "/api/v1/accounts/"]


def spoken(response: Any, asked: str) -> str:
    """Return the answer without the searched text, which the page repeats."""
    text = str(response.content.decode())
    for part in re.findall(r"(?:q|s|term|find)=([^&]*)", asked):
        for repeated in (f'value="{part}"', f"q={part}", f"“{part}”", f"<title>{part}", f"{part} | Search"):
            text = text.replace(repeated, "")
    return text


def test_support_sees_no_personal_data_on_any_page(support: Client, carol: Appointment) -> None:
    # Staff with one of these permissions alone still see masks.
    may(support, "view_auditevent", "add_viewasuse", "view_webhookdelivery", "view_viewasuse", "view_analytics")
    opened = 0
    for url in every_address(carol):
        response = support.get(url)
        assert response.status_code in (200, 302, 403, 404), url
        opened += response.status_code == 200
        text = spoken(response, url)
        assert [raw for raw in RAW if raw in text] == [], url
    assert opened > 50


def test_the_search_for_personal_data_finds_unmasked_values(console: Client, carol: Appointment) -> None:
    """Staff who may see personal data see all of it on the same pages."""
    seen = set()
    for url in every_address(carol):
        text = spoken(console.get(url), url)
        seen |= {raw for raw in RAW if raw in text}
    assert seen == set(RAW) - {"555-77-88"}


def test_masks_distinguish_two_people(support: Client, carol: Appointment) -> None:
    text = support.get(page(Appointment, "change", carol.pk)).content.decode()
    for shown in ("Z••• Q•••", "+1 ••• ••• 7788", "z•••@example.com"):
        assert shown in text


def test_view_as_shows_masks_too(support: Client, carol: Appointment, alice: UUID) -> None:
    from aira.console.view_as import masked

    class Nobody:
        def sees(self, label: str, pk: Any) -> bool:
            return False

    from aira.personal.masks import viewed_by

    with viewed_by(Nobody()):
        row = masked(
            "appointments", ["id", "customer_name", "search", "status"], (carol.pk, "Zeb", "'zeb':1", "confirmed")
        )
    assert row == (carol.pk, "Z•••", "•••", "confirmed")


def test_saving_a_form_with_masks_does_not_write_them(support: Client, carol: Appointment) -> None:
    url = page(Appointment, "change", carol.pk)
    sent = form_of(support, url)
    assert not {"customer_name", "customer_phone", "customer_email", "notes"} & set(sent)
    assert support.post(url, sent | {"service_type": "cut"}).status_code == 302
    stored = Appointment.objects.get(pk=carol.pk)
    assert stored.service_type == "cut"
    assert (stored.customer_name, stored.customer_phone) == ("Zebedee Quillfeather", "+14155557788")
    assert (stored.customer_email, stored.notes) == ("zeb.quill@example.com", "allergic to lilies")


def test_a_mask_that_the_api_receives_does_not_change_the_value(support: Client, carol: Appointment) -> None:
    url = f"/api/v1/appointments/{carol.pk}/"
    got = support.get(url)
    assert got.json()["customer_name"] == "Z••• Q•••"
    sent = {"customer_name": got.json()["customer_name"], "customer_email": "new@example.com", "service_type": "cut"}
    headers = {"If-Match": got["ETag"]} if "ETag" in got else {}
    answer = support.patch(url, sent, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    stored = Appointment.objects.get(pk=carol.pk)
    assert (stored.customer_name, stored.customer_email) == ("Zebedee Quillfeather", "new@example.com")
    assert stored.service_type == "cut"


def test_filters_do_not_reveal_letters_of_masked_values(support: Client, console: Client, carol: Appointment) -> None:
    url = page(Appointment, "changelist") + "?customer_email__startswith=zeb"
    assert console.get(url).status_code == 200
    assert support.get(url).status_code in (302, 400)


def test_revealing_needs_a_reason_shows_one_record_and_is_recorded(
    support: Client, carol: Appointment, bobs_tenant: Tenant
) -> None:
    url = reverse("reveal", args=["bookings", "appointment", carol.pk])
    change = page(Appointment, "change", carol.pk)
    assert url in support.get(change).content.decode()
    assert support.get(url).status_code == 200
    assert "required" in support.post(url, {"reason": " "}).content.decode()
    assert "Zebedee" not in support.get(change).content.decode()
    assert not AuditEvent.objects.filter(verb="reveal").exists()

    assert support.post(url, {"reason": "ticket 12"}).status_code == 302
    text = support.get(change).content.decode()
    assert "Zebedee Quillfeather" in text
    assert "+14155557788" in text
    event = AuditEvent.objects.get(verb="reveal")
    assert (event.row_id, event.table_name, event.reason) == (str(carol.pk), "appointments", "ticket 12")
    assert (event.actor_kind, event.actor_name) == ("staff", "support-member")
    assert event.business_id == carol.business_id
    assert "revealed" in support.get(page(Appointment, "history", carol.pk), follow=True).content.decode()

    # Only this record is revealed, and only to this member of staff.
    Appointment.objects.filter(pk=bobs_tenant.appointment.pk).update(customer_name="Yolanda")
    assert "Yolanda" not in support.get(page(Appointment, "change", bobs_tenant.appointment.pk)).content.decode()
    assert "Y•••" in support.get(page(Appointment, "changelist")).content.decode()


def test_a_revealed_record_is_masked_again_and_an_earlier_form_is_refused(
    support: Client, carol: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    support.post(reverse("reveal", args=["bookings", "appointment", carol.pk]), {"reason": "ticket 12"})
    url = page(Appointment, "change", carol.pk)
    sent = form_of(support, url) | {"customer_name": "Zoe"}
    now = time.time()
    monkeypatch.setattr("aira.personal.viewer.time.time", lambda: now + MINUTES * 60 + 1)
    assert HIDDEN_AGAIN in errors_on(support.post(url, sent))
    assert Appointment.objects.filter(pk=carol.pk, customer_name="Zebedee Quillfeather").exists()
    monkeypatch.setattr("aira.personal.viewer.time.time", lambda: now + MINUTES * 60 - 5)
    assert support.post(url, sent).status_code == 302
    assert Appointment.objects.filter(pk=carol.pk, customer_name="Zoe").exists()


def test_an_account_can_be_revealed_in_the_same_way(support: Client, carol: Appointment, alice: UUID) -> None:
    url = reverse("reveal", args=["platform", "account", alice])
    assert support.post(url, {"reason": "calls from her own phone"}).status_code == 302
    assert "alice@example.com" in support.get(page(Account, "change", alice)).content.decode()
    event = AuditEvent.objects.get(verb="reveal")
    assert (event.table_name, event.user_id) == ("accounts", alice)


def test_read_only_staff_cannot_reveal(django_user_model: type[StaffUser], carol: Appointment) -> None:
    reader = member_of("read-only", django_user_model)
    url = reverse("reveal", args=["bookings", "appointment", carol.pk])
    assert reader.post(url, {"reason": "curious"}).status_code == 403
    assert url not in reader.get(page(Appointment, "change", carol.pk)).content.decode()
    assert not AuditEvent.objects.filter(verb="reveal").exists()


def test_the_database_refuses_a_reveal_without_a_reason_or_a_person(db: None) -> None:
    with pytest.raises(DataError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select private.record_reveal('appointments', '1', null, null)")
    assert getattr(refused.value.__cause__, "sqlstate", None) == "22023"


def test_a_stream_uses_the_permissions_of_its_request(carol: Appointment, django_user_model: type[StaffUser]) -> None:
    request = RequestFactory().get("/")
    request.user = django_user_model.objects.create_user("reader", is_staff=True)
    request.session = {}  # type: ignore[assignment]
    names = (row.customer_name.encode() for row in Appointment.objects.filter(pk=carol.pk).iterator())
    response: Any = PersonalData(lambda request: StreamingHttpResponse(names))(request)
    assert b"".join(response.streaming_content) == "Z••• Q•••".encode()
    assert Appointment.objects.get(pk=carol.pk).customer_name == "Zebedee Quillfeather"


def test_the_log_of_django_contains_no_names(console: Client, carol: Appointment) -> None:
    from django.contrib.admin.models import LogEntry

    url = page(Appointment, "change", carol.pk)
    assert console.post(url, form_of(console, url) | {"service_type": "cut"}).status_code == 302
    assert not LogEntry.objects.filter(object_repr__contains="Zebedee").exists()


def test_each_model_with_personal_fields_masks_them_when_loaded() -> None:
    assert {model._meta.label_lower for model in apps.get_models() if issubclass(model, Personal)} == set(PERSONAL)
