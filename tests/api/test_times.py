"""Test that a time is one moment, in every body and every query."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.test import APIClient

from aira.api.search import Filters
from aira.api.value_fields import Moment, MomentFormField
from bookings.models import Appointment
from businesses.models import Business
from tests.api.routes import routes
from tests.factories import Tenant

ANY = {"If-Match": "*"}
DAY = (datetime.now(UTC) + timedelta(days=30)).date()


@pytest.fixture
def berlin(alices_tenant: Tenant) -> str:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Europe/Berlin")
    return str(alices_tenant.business.pk)


@pytest.mark.parametrize("sent", [f"{DAY}T19:00:00", f"{DAY} 19:00", f"{DAY}", f"{DAY}T19:00:00.5"])
def test_a_time_without_an_offset_is_refused_in_every_body(
    api: APIClient, alices_tenant: Tenant, berlin: str, alice: Any, sent: str
) -> None:
    appointment = f"/api/v1/appointments/{alices_tenant.appointment.pk}/"
    hold = {"user": str(alice), "type": "debit", "amount": "1", "currency": "USD", "hold": True, "expires_at": sent}
    asked = {"business": berlin, "customer_name": "Dora", "scheduled_at": sent}
    for answer in (
        api.post("/api/v1/appointments/book/", asked),
        api.post("/api/v1/appointments/", asked),
        api.patch(appointment, {"scheduled_at": sent}, headers=ANY),
        api.post(f"{appointment}reschedule/", {"scheduled_at": sent}),
        api.post("/api/v1/transactions/record/", hold),
    ):
        assert answer.status_code == 400, answer.content
        [[said]] = answer.json()["errors"].values()
        assert "offset" in said
        assert "Z for UTC" in said
    assert Appointment.objects.count() == 1


def test_a_time_with_an_offset_is_stored_as_that_moment(api: APIClient, berlin: str) -> None:
    sent = {"business": berlin, "customer_name": "Dora", "scheduled_at": f"{DAY}T10:00:00+05:30"}
    made = api.post("/api/v1/appointments/", sent)
    assert (made.status_code, made.json()["scheduled_at"]) == (201, f"{DAY}T04:30:00Z")


@pytest.mark.parametrize(
    "query",
    [
        "appointments/?scheduled_at__gte={}",
        "transactions/?created_at__lt={}",
        "audit-events/?at__gte={}",
        "appointments/check/?business={business}&scheduled_at={}",
        "wallets/{wallet}/statement/?start={}&end=2026-12-01T00:00Z",
        "slots/?business={business}&start={}&end=2026-12-01T00:00Z",
        "slots/nearest/?business={business}&near={}",
    ],
)
def test_a_time_without_an_offset_is_refused_in_every_query(api: APIClient, alices_tenant: Tenant, query: str) -> None:
    def ask(text: str) -> Any:
        keys = {"business": alices_tenant.business.pk, "wallet": alices_tenant.wallet.pk}
        return api.get(f"/api/v1/{query.format(text, **keys)}")

    naive, plus, odd = ask("2026-10-01T00:00:00"), ask("2026-10-01T00:00:00+01:00"), ask("soon")
    assert [answer.status_code for answer in (naive, plus, odd)] == [400, 400, 400]
    assert "offset" in naive.json()["detail"]
    assert "%2B" in plus.json()["detail"]
    assert "2026" in odd.json()["detail"]
    assert ask("2026-10-01T00:00:00%2B01:00").status_code == 200


def test_a_phone_number_whose_plus_became_a_space_is_refused(api: APIClient, alices_tenant: Tenant) -> None:
    number = alices_tenant.number.phone_number
    lost = api.get(f"/api/v1/numbers/?phone_number={number}")
    assert (lost.status_code, "%2B" in lost.json()["errors"]["phone_number"][0]) == (400, True)
    assert len(api.get("/api/v1/numbers/", {"phone_number": number}).json()["results"]) == 1


@pytest.mark.parametrize("path", ["slots/", "appointments/slots/"])
def test_a_date_without_a_time_is_a_day_of_the_business(api: APIClient, berlin: str, path: str) -> None:
    Business.objects.filter(pk=berlin).update(
        timezone="Pacific/Auckland", business_hours={"weekly": {day: [["00:00", "23:59"]] for day in DAYS}}
    )
    asked = {"business": berlin, "start": str(DAY), "end": str(DAY + timedelta(days=1)), "limit": 100}
    local = [slot["local_start"] for slot in api.get(f"/api/v1/{path}", asked).json()]
    assert local[0].startswith(f"{DAY}T00:00") or local[0].startswith(f"{DAY} 00:00")
    assert {text[:10] for text in local} == {str(DAY)}
    assert local[-1][11:16] == "22:00"


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_a_day_ends_when_the_next_begins(api: APIClient, berlin: str) -> None:
    same = api.get("/api/v1/slots/", {"business": berlin, "start": str(DAY), "end": str(DAY)})
    assert (same.status_code, "is excluded" in same.json()["errors"]["end"][0]) == (400, True)


def test_no_field_and_no_filter_accepts_a_time_without_an_offset() -> None:
    for route in routes():
        kwargs = getattr(getattr(route.view, route.action), "kwargs", {})
        for serializer in (route.view.__dict__.get("serializer_class"), kwargs.get("serializer_class"),
                           kwargs.get("question"), getattr(route.view, "question", None)):  # fmt: skip
            for name, field in serializer().fields.items() if serializer else ():
                if isinstance(field, serializers.DateTimeField) and not field.read_only:
                    answers = route.view.__name__ in ("SlotViewSet", "AnalyticsViewSet")
                    assert isinstance(field, Moment) or answers, f"{route.name}: {name}"
        if getattr(route.view, "filterset_fields", None):
            of_view = {name: getattr(route.view, name, None) for name in ("filterset_fields", "filterset_class")}
            view = type("View", (), of_view)
            found = Filters().get_filterset_class(view, route.view.queryset)
            for name, each in found.base_filters.items():
                if name.endswith(("_at__gte", "_at__lt", "at__gte", "at__lt")):
                    assert isinstance(each.field, MomentFormField), name
