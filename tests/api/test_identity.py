"""Test the identity of a request: the actor, id and reason that the audit and the log record."""

import logging
from typing import Any

from rest_framework.test import APIClient

from aira.audit.models import AuditEvent
from aira.web.request_identity import WithRequestId
from tests.factories import Tenant


def test_a_change_by_the_api_is_recorded(api: APIClient, staff: Any, alices_tenant: Tenant) -> None:
    url = f"/api/v1/businesses/{alices_tenant.business.pk}/"
    response = api.patch(url, {"name": "By the API"}, headers={"X-Request-Id": "no spaces", "If-Match": "*"})
    assert response.status_code == 200
    event = AuditEvent.objects.filter(row_id=str(alices_tenant.business.pk)).latest("id")
    assert event.actor_id == str(staff.pk)
    assert event.after == {"name": "By the API"}
    assert event.request_id == response.headers["X-Request-Id"] != "no spaces"
    listed = api.get("/api/v1/audit-events/", {"row_id": event.row_id}).json()["results"]
    assert listed[0]["after"] == {"name": "By the API"}


def test_a_request_keeps_the_id_of_its_header(api: APIClient) -> None:
    assert api.get("/api/v1/businesses/", headers={"X-Request-Id": "req-7"}).headers["X-Request-Id"] == "req-7"


def test_the_log_names_the_request(api: APIClient) -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "x", (), None)
    WithRequestId().filter(record)
    assert record.request_id == "-"  # type: ignore[attr-defined]
    refused = api.get("/api/v1/businesses/x/", headers={"X-Request-Id": "req-8"})
    record.__dict__ |= {"request": refused.wsgi_request}
    del record.request_id  # type: ignore[attr-defined]
    WithRequestId().filter(record)
    assert record.request_id == "req-8"  # type: ignore[attr-defined]
