"""Test a business with thousands of rows: the worker moves it to the trash and back, and names the appointments above
the capacity.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from rest_framework.test import APIClient

from aira.adminkit import bulk_runs
from aira.adminkit.models import BulkRow, BulkRun
from aira.api import heavy_trash
from aira.api.tasks import move_rows
from aira.audit.models import AuditEvent
from aira.formats.dates import time_text
from aira.schema import trash
from bookings.models import Appointment, BookingRules
from businesses.models import Business
from tests.console.test_pages import page
from tests.factories import Tenant


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch, alices_tenant: Tenant) -> Business:
    """Lower the limit of the request to three rows."""
    monkeypatch.setattr(trash, "MANY", 3)
    when = timezone.now() + timedelta(days=40)
    BookingRules.objects.update(capacity=2)
    for _ in range(2):
        Appointment.objects.create(business=alices_tenant.business, customer_name="Dora", scheduled_at=when)
    return alices_tenant.business


def delete(console: Client, business: Business) -> Any:
    """Open the page of the transition, and press its button."""
    opened = console.get(page(Business, "delete", business.pk), follow=True)
    return console.post(opened.request["PATH_INFO"] + "?" + opened.request["QUERY_STRING"], {"post": "yes"})


def run_it() -> BulkRun:
    run = BulkRun.objects.get()
    assert run.started_at
    bulk_runs.work(run.pk, lambda: False)
    return run


def test_a_light_business_is_trashed_within_the_request(console: Client, alices_tenant: Tenant) -> None:
    delete(console, alices_tenant.business)
    assert not Business.objects.alive().filter(pk=alices_tenant.business.pk).exists()
    assert not BulkRun.objects.exists()


def test_deleting_a_heavy_business_starts_a_run(console: Client, heavy: Business) -> None:
    response = delete(console, heavy)
    run = BulkRun.objects.get()
    assert response.url == reverse("bulk-run", args=[run.pk])
    assert Business.objects.alive().filter(pk=heavy.pk).exists()
    assert "More than 3 records belong to" in console.get(response.url).content.decode()
    run_it()
    assert not Appointment.objects.alive().filter(business=heavy).exists()


def test_restoring_a_heavy_business_is_a_run_that_names_appointments_above_the_capacity(
    console: Client, heavy: Business
) -> None:
    trash.discard(Business.objects.filter(pk=heavy.pk))
    BookingRules.objects.update(capacity=1)
    url = reverse("admin:businesses_business_do", args=[heavy.pk, "restore"])
    response = console.post(url)
    run = run_it()
    assert response.url == reverse("bulk-run", args=[run.pk])
    row = BulkRow.objects.get(run=run)
    assert row.outcome == "done"
    assert "Appointments above the capacity: 2, at " in row.note
    assert "Dora" not in row.note
    assert Appointment.objects.alive().filter(business=heavy).count() == 3


def test_removing_a_heavy_business_permanently_is_a_run(console: Client, heavy: Business) -> None:
    trash.discard(Business.objects.filter(pk=heavy.pk))
    delete(console, heavy)
    assert Business.objects.filter(pk=heavy.pk).exists()
    run_it()
    assert not Business.objects.filter(pk=heavy.pk).exists()


def test_restoring_a_light_business_names_appointments_above_the_capacity_at_once(
    console: Client, alices_tenant: Tenant
) -> None:
    business = alices_tenant.business
    BookingRules.objects.update(capacity=2)
    when = timezone.now() + timedelta(days=40)
    for _ in range(2):
        Appointment.objects.create(business=business, customer_name="Dora", scheduled_at=when)
    trash.discard(Business.objects.filter(pk=business.pk))
    BookingRules.objects.update(capacity=1)
    url = reverse("admin:businesses_business_do", args=[business.pk, "restore"])
    text = console.post(url, follow=True).content.decode()
    assert "was restored." in text
    assert f"above the capacity: 2, at {time_text(when, zone=False)}" in text


def test_the_api_names_appointments_above_the_capacity(api: APIClient, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    BookingRules.objects.update(capacity=2)
    when = timezone.now() + timedelta(days=40)
    twins = [Appointment.objects.create(business=business, customer_name="D", scheduled_at=when) for _ in range(2)]
    url = f"/api/v1/businesses/{business.pk}/"
    assert api.post(f"{url}trash/").status_code == 200
    BookingRules.objects.update(capacity=1)
    answer = api.post(f"{url}restore/")
    assert answer.status_code == 200
    assert answer.json()["deleted_at"] is None
    assert {one["appointment"] for one in answer.json()["above_capacity"]} == {str(twin.pk) for twin in twins}


@pytest.mark.parametrize("verb", ["delete", "trash"])
def test_the_api_leaves_a_heavy_business_to_a_job(api: APIClient, staff: Any, heavy: Business, verb: str) -> None:
    url = f"/api/v1/businesses/{heavy.pk}/"
    for way in (verb, "restore"):
        answer = api.delete(url, headers={"If-Match": "*"}) if way == "delete" else api.post(f"{url}{way}/")
        assert answer.status_code == 202
        assert answer["Location"] == url
        assert "A job moves them" in answer.json()["detail"]
        job = ProcrastinateJob.objects.filter(task_name="api.move_rows").latest("id")
        before = api.get(url).json()["deleted_at"]
        move_rows(**job.args)
        assert bool(api.get(url).json()["deleted_at"]) is not bool(before)
        event = AuditEvent.objects.filter(row_id=str(heavy.pk), verb="update").latest("id")
        assert event.actor_id == str(staff.pk)
    # A repeated request does no harm.
    heavy_trash.move(**{**job.args, "actor": None})
    assert Business.objects.alive().filter(pk=heavy.pk).exists()
