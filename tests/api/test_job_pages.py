"""Test the console's pages of API jobs: what they show, and how staff stop a job."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from aira.api.jobs import working
from aira.api.jobs.models import ApiJob, ExportChunk
from aira.console.models import StaffUser
from tests.api.test_export_jobs import SCOPES, URL, download
from tests.factories import Tenant

LIST = "admin:api_apijob_changelist"


@pytest.fixture
def job(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> ApiJob:
    """Return a finished export."""
    client = with_key(*SCOPES)
    body = {"resource": "appointments", "filters": {"customer_phone": "+14155550188"}}
    made = client.post(URL, body, headers={"X-Reason": "monthly closing"}).json()["id"]
    working.work(made, lambda: False)
    return ApiJob.objects.get(pk=made)


def link_of(job: ApiJob) -> str:
    from aira.api.jobs.links import address_of

    return address_of(ApiJob.objects.get(pk=job.pk))


def test_staff_see_jobs_without_values_and_without_a_link(console: Client, job: ApiJob) -> None:
    listed = console.get(reverse(LIST)).content.decode()
    page = console.get(reverse("admin:api_apijob_change", args=[job.pk])).content.decode()
    assert "tool" in listed
    assert "Export of a list: appointments.list" in listed
    assert "monthly closing" in page
    assert "customer_phone" in page
    for text in (listed, page):
        assert "14155550188" not in text
        assert "link=" not in text


@pytest.mark.parametrize("name", ["revoke_link", "remove_file"])
def test_staff_end_a_link(console: Client, job: ApiJob, name: str) -> None:
    link = link_of(job)
    assert download(link).status_code == 200
    page = reverse(LIST) + f"{job.pk}/do/{name}/"
    assert console.post(page, {"reason": "sent to the wrong person"}).status_code == 302
    assert download(link).status_code == 410
    assert ExportChunk.objects.exists() == (name == "revoke_link")


def test_a_waiting_job_is_cancelled(console: Client, job: ApiJob) -> None:
    ApiJob.objects.update(finished_at=None, expires_at=None)
    page = reverse(LIST) + f"{job.pk}/do/cancel/"
    assert console.post(page, {"reason": "too large"}).status_code == 302
    assert ApiJob.objects.get().state == "cancelled"


def test_only_groups_that_may_see_jobs_see_them(job: ApiJob) -> None:
    for group, status in (("support", 403), ("finance", 200), ("operations", 200)):
        person = StaffUser.objects.create_user(group, password="correct horse", is_staff=True)
        person.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(person)
        assert client.get(reverse(LIST)).status_code == status, group
        page = reverse(LIST) + f"{job.pk}/do/revoke_link/"
        allowed = client.post(page, {"reason": "x"}).status_code == 302
        assert allowed == (group == "operations"), group
