"""Test that changes by staff are recorded with their name and request."""

from typing import Any

from django.test import Client

from aira.audit.models import AuditEvent
from tests.console.test_pages import delete_url
from tests.factories import Tenant


def last_event(row: object) -> AuditEvent:
    return AuditEvent.objects.filter(row_id=str(row)).latest("id")


def test_a_change_in_the_console_is_recorded_with_its_actor_and_request(
    console: Client, staff: Any, alices_tenant: Tenant
) -> None:
    business = alices_tenant.business
    url = delete_url(console, business)
    response = console.post(url, {"post": "yes"}, headers={"X-Request-Id": "req-42"})
    assert response.headers["X-Request-Id"] == "req-42"
    event = last_event(business.pk)
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("staff", str(staff.pk), "sam")
    assert event.request_id == "req-42"
    assert event.after["deleted_at"]


def test_a_change_outside_a_request_names_the_program(alices_tenant: Tenant) -> None:
    event = last_event(alices_tenant.business.pk)
    assert (event.actor_kind, event.actor_id) == ("database", "console")
    assert event.actor_name.startswith("aira ")
