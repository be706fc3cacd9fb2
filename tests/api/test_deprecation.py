"""Test that a deprecated operation says so in each answer and in the description."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import yaml
from rest_framework.test import APIClient

from aira.api.deprecation import Deprecation, deprecated, deprecation_of
from aira.embedded import PROJECT
from bookings.api import AppointmentViewSet, SlotViewSet
from tests.factories import Tenant

SINCE, SUNSET = date(2027, 1, 10), date(2027, 8, 1)
MARK = deprecated(since=SINCE, sunset=SUNSET, use="`appointments.book`")
HEADERS = ("Deprecation", "Sunset", "Link")


def test_the_test_endpoint_has_the_headers_of_a_deprecated_operation(with_key: Callable[..., APIClient]) -> None:
    answer = with_key("testing:read").get("/api/v1/testing/deprecated/")
    assert answer.status_code == 200
    since = datetime.fromtimestamp(int(answer["Deprecation"].removeprefix("@")), UTC)
    assert since == datetime(2026, 12, 1, tzinfo=UTC)
    assert parsedate_to_datetime(answer["Sunset"]) == datetime(2099, 1, 1, tzinfo=UTC)
    assert answer["Link"] == '</api/v1/reference/#section/Versioning>; rel="deprecation"; type="text/html"'


def test_a_refused_request_has_the_headers_too(with_key: Callable[..., APIClient]) -> None:
    answer = with_key("slots:read").get("/api/v1/testing/deprecated/")
    assert (answer.status_code, answer.json()["scope"]) == (403, "testing:read")
    assert all(name in answer for name in HEADERS)


def test_the_description_follows_the_mark() -> None:
    description = yaml.safe_load((PROJECT / "docs" / "openapi.yaml").read_text())
    marked = {
        operation["operationId"]: operation
        for methods in description["paths"].values()
        for operation in methods.values()
        if operation.get("deprecated")
    }
    assert list(marked) == ["testing.deprecated"]
    operation = marked["testing.deprecated"]
    assert operation["x-sunset"] == "2099-01-01"
    assert operation["description"].startswith("Deprecated since 2026-12-01. It works until 2099-01-01. Use ")
    assert set(HEADERS) <= set(operation["responses"]["200"]["headers"])


def test_one_marked_action_leaves_the_others_as_they_are(
    with_key: Callable[..., APIClient], alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppointmentViewSet, "retrieve", MARK(copy_of(AppointmentViewSet.retrieve)))
    client = with_key("appointments:read")
    address = f"/api/v1/appointments/{alices_tenant.appointment.pk}/"
    answer = client.get(address)
    assert (answer.status_code, answer["Deprecation"]) == (200, "@1799539200")
    assert not any(name in client.get("/api/v1/appointments/") for name in HEADERS)
    not_modified = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (not_modified.status_code, not_modified["Sunset"]) == (304, "Sun, 01 Aug 2027 00:00:00 GMT")


def test_a_marked_resource_marks_all_its_actions(
    with_key: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlotViewSet, "deprecation", Deprecation(SINCE, SUNSET, "`appointments.slots`"), raising=False)
    client = with_key("slots:read")
    for path in ("slots", "slots/nearest"):
        assert client.get(f"/api/v1/{path}/")["Sunset"] == "Sun, 01 Aug 2027 00:00:00 GMT"


def test_the_mark_of_a_class_is_found() -> None:
    @MARK
    class View:
        action = "list"

    assert deprecation_of(View()) == Deprecation(SINCE, SUNSET, "`appointments.book`")


def test_an_operation_works_for_at_least_180_days() -> None:
    with pytest.raises(ValueError, match="The sunset 2027-07-08 is less than 180 days after 2027-01-10"):
        deprecated(since=SINCE, sunset=date(2027, 7, 8), use="nothing")


def copy_of(method: Any) -> Any:
    """Return a function with the same effect, so that a mark does not stay on the original."""

    def copy(self: Any, *args: Any, **kwargs: Any) -> Any:
        return method(self, *args, **kwargs)

    return copy
