"""Test exports as jobs: who may ask for one, what the file has, how its link ends, and that a killed worker continues."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from openpyxl import load_workbook
from rest_framework.test import APIClient

from aira.api import keys
from aira.api.jobs import creating, exporting, removal, working
from aira.api.jobs.models import ApiJob, ExportChunk
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from bookings.models import Appointment
from tests.api.test_bulk_changes import appointments
from tests.factories import Tenant

URL = "/api/v1/exports/"
SCOPES = ("exports:create", "exports:read", "exports:new_link", "exports:cancel", "appointments:read",
          "appointments:export", "personal:read")  # fmt: skip
Keys = Callable[..., APIClient]


def never() -> bool:
    return False


def started(client: APIClient, **body: Any) -> dict[str, Any]:
    answer = client.post(URL, {"resource": "appointments"} | body)
    assert answer.status_code == 202, answer.json()
    assert answer["Location"] == f"{URL}{answer.json()['id']}/"
    return dict(answer.json())


def exported(client: APIClient, **body: Any) -> dict[str, Any]:
    """Return an export that the worker has done."""
    job = started(client, **body)["id"]
    working.work(job, never)
    return dict(client.get(f"{URL}{job}/").json())


def download(link: str, **headers: str) -> Any:
    return APIClient().get(link, headers=headers)


def content(link: str, **headers: str) -> bytes:
    answer = download(link, **headers)
    assert answer.status_code in (200, 206), answer.content
    return b"".join(answer.streaming_content)


@pytest.fixture
def client(with_key: Keys) -> APIClient:
    return with_key(*SCOPES)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 3)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("count", [0, 2, 3, 7])
def test_a_file_has_the_rows_of_the_list_in_its_order(client: APIClient, alices_tenant: Tenant, count: int) -> None:
    Appointment.objects.all().delete()
    appointments(alices_tenant, count)
    listed = client.get("/api/v1/appointments/?ordering=scheduled_at").json()["results"]
    for kind in ("csv", "ndjson", "xlsx"):
        made = exported(client, format=kind, filters={"ordering": "scheduled_at"})
        assert (made["state"], made["done"], made["total"]) == ("finished", count, count), made
        data = content(made["link"])
        assert len(data) == made["size"]
        if kind == "csv":
            rows: Any = list(csv.DictReader(io.StringIO(data.decode())))
            assert [row["id"] for row in rows] == [row["id"] for row in listed]
            assert data.decode().splitlines()[0].startswith('"id",')
        elif kind == "ndjson":
            assert [json.loads(line) for line in data.decode().splitlines()] == listed
        else:
            sheet = list(load_workbook(io.BytesIO(data)).active.values)
            assert [row[0] for row in sheet[1:]] == [row["id"] for row in listed]


def test_the_file_of_a_job_is_the_file_of_the_list(client: APIClient, alices_tenant: Tenant) -> None:
    filters = {"status": "confirmed", "fields": "id,customer_name"}
    made = exported(client, filters=filters)
    streamed = client.get("/api/v1/appointments/?format=csv&status=confirmed&fields=id,customer_name")
    assert content(made["link"]) == b"".join(streamed.streaming_content)  # type: ignore[attr-defined]
    assert made["filters"] == filters


def test_people_are_masked_for_a_key_that_sees_them_masked(with_key: Keys, alices_tenant: Tenant) -> None:
    client = with_key(*[scope for scope in SCOPES if scope != "personal:read"])
    made = exported(client, format="ndjson", filters={"fields": "customer_name"})
    assert json.loads(content(made["link"])) == {"customer_name": "C•••"}
    refused = client.post(URL, {"resource": "appointments", "filters": {"q": "Carol"}})
    assert refused.status_code in (202, 403)


def test_an_export_needs_the_scopes_of_the_list_and_is_recorded(with_key: Keys, alices_tenant: Tenant) -> None:
    for lacking in ("exports:create", "appointments:read", "appointments:export"):
        client = with_key(*[scope for scope in SCOPES if scope != lacking], name=lacking)
        refused = client.post(URL, {"resource": "appointments"})
        assert (refused.status_code, refused.json()["scope"]) == (403, lacking)
    client = with_key(*SCOPES, name="b")
    answer = client.post(
        URL,
        {"resource": "appointments", "filters": {"customer_phone": "+14155550188"}},
        headers={"X-Reason": "audit 2026", "X-Request-Id": "req-5"},
    )
    assert answer.status_code == 202, answer.json()
    event = AuditEvent.objects.get(verb="export")
    assert (event.row_id, event.actor_name, event.reason) == ("appointments", "b", "audit 2026")
    assert event.after == {"format": "csv", "filters": ["customer_phone"]}


def test_staff_need_the_permission_to_export(alices_tenant: Tenant) -> None:
    member = StaffUser.objects.create_user("mona", password="correct horse", is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename="view_appointment"))
    client = APIClient()
    client.force_login(member)
    body = {"resource": "appointments", "reason": "x"}
    assert client.post(URL, body).status_code == 403
    member.user_permissions.add(Permission.objects.get(codename="export_lists"))
    assert client.post(URL, {"resource": "appointments"}).status_code == 400
    made = client.post(URL, body)
    assert made.status_code == 202, made.json()
    working.work(made.json()["id"], never)
    data = content(client.get(f"{URL}{made.json()['id']}/").json()["link"])
    assert b"Carol" not in data
    assert "C•••".encode() in data


def test_others_see_no_jobs_of_a_key(with_key: Keys, client: APIClient, api: APIClient, alices_tenant: Tenant) -> None:
    job = started(client)["id"]
    other = with_key(*SCOPES, "jobs:read", name="b")
    for caller in (other, api):
        assert caller.get(f"{URL}{job}/").status_code == 404
        assert caller.get(URL).json()["results"] == []
        assert caller.post(f"{URL}{job}/cancel/").status_code == 404
        assert caller.get(f"/api/v1/jobs/{job}/").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {}, {"resource": "people"}, {"resource": 7}, {"resource": None}, {"resource": "slots"}, {"resource": ["x"]},
        {"resource": "appointments", "format": "xml"}, {"resource": "appointments", "format": 1},
        {"resource": "appointments", "filters": "status=x"}, {"resource": "appointments", "filters": [1]},
        {"resource": "appointments", "filters": {"status": "perhaps"}},
        {"resource": "appointments", "filters": {"stauts": "x"}},
        {"resource": "appointments", "filters": {"status": ["x"]}},
        {"resource": "appointments", "filters": {"status": ""}},
        {"resource": "appointments", "filters": {"format": "csv"}},
        {"resource": "appointments", "filters": {"page_size": "3"}},
        {"resource": "appointments", "filters": {"cursor": "x"}},
        {"resource": "appointments", "filters": {"ordering": "customer_name"}},
        {"resource": "appointments", "filters": {"fields": "nothing"}},
        {"resource": "appointments", "filters": {"business": str(uuid4())}},
        {"resource": "appointments", "filters": {"scheduled_at__gte": "yesterday"}},
        {"resource": "appointments", "filters": {"status": "a\0b"}}, {"resource": "appo\0"},
        {"resource": "appointments", "csv": True}, {"resource": "x" * 100_000}, [], "x", 7, None,
    ],
)  # fmt: skip
def test_a_wrong_request_starts_no_job(client: APIClient, alices_tenant: Tenant, body: Any) -> None:
    answer = client.post(URL, body, format="json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    assert not ApiJob.objects.exists()


def test_a_repeated_request_starts_one_job(client: APIClient, alices_tenant: Tenant) -> None:
    answers = [
        client.post(URL, {"resource": "appointments"}, headers={"Idempotency-Key": "e"}).json()["id"] for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert ApiJob.objects.count() == 1


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_any_part_of_a_file_can_be_asked_for(client: APIClient, alices_tenant: Tenant, encoding: str) -> None:
    appointments(alices_tenant, 9)
    link = exported(client)["link"]
    head = {"Accept-Encoding": encoding}
    whole = download(link, **head)
    data = b"".join(whole.streaming_content)
    size, etag = len(data), whole["ETag"]
    assert (whole["Accept-Ranges"], int(whole["Content-Length"])) == ("bytes", size)
    assert whole.get("Content-Encoding") == ("gzip" if encoding == "gzip" else None)
    plain = gzip.decompress(data) if encoding == "gzip" else data
    assert plain == content(link)
    for first, last in ((0, 0), (0, 99), (5, 700), (size - 1, size - 1), (100, size + 500)):
        part = download(link, **head, Range=f"bytes={first}-{last}", **{"If-Range": etag})
        end = min(last + 1, size)
        assert (part.status_code, part["Content-Range"]) == (206, f"bytes {first}-{end - 1}/{size}")
        assert b"".join(part.streaming_content) == data[first:end]
    assert content(link, **head, Range=f"bytes={size - 3}-") == data[-3:]
    assert content(link, **head, Range="bytes=-7") == data[-7:]
    assert content(link, **head, Range=f"bytes=-{size * 2}") == data
    for beyond in (f"bytes={size}-", f"bytes={size + 5}-{size + 9}", "bytes=-0", f"bytes={10**17}-"):
        refused = download(link, **head, Range=beyond)
        assert (refused.status_code, refused["Content-Range"]) == (416, f"bytes */{size}")
    for ignored in ("bytes=9-3", "bytes=0-1,4-5", "rows=1-2", "bytes=a-b", "bytes=", "bytes=-", "bytes=١-٢"):
        assert content(link, **head, Range=ignored) == data


def test_a_download_continues_only_in_the_same_file(client: APIClient, alices_tenant: Tenant) -> None:
    link = exported(client)["link"]
    whole = download(link)
    etag, at = whole["ETag"], whole["Last-Modified"]
    packed = download(link, **{"Accept-Encoding": "gzip"})["ETag"]
    assert packed != etag
    for condition, status in ((etag, 206), (at, 206), (packed, 200), (f"W/{etag}", 200), ('"x"', 200),
                              ("Tue, 01 Dec 2026 00:00:00 GMT", 200), ("nonsense", 200)):  # fmt: skip
        assert download(link, Range="bytes=1-2", **{"If-Range": condition}).status_code == status, condition
    assert download(link, **{"If-None-Match": etag}).status_code == 304
    head = APIClient().head(link, headers={"Range": "bytes=1-2"})
    assert (head.status_code, head["Content-Length"], head.content) == (206, "2", b"")
    assert APIClient().post(link).status_code == 405
    assert download(link, **{"Accept-Encoding": "br, gzip;q=0"}).get("Content-Encoding") is None


def test_a_link_opens_its_own_file_only(client: APIClient, alices_tenant: Tenant) -> None:
    one, other = exported(client), exported(client)
    link = one["link"]
    address, _, signed = link.partition("?link=")
    assert download(link).status_code == 200
    forged = [
        address, f"{address}?link=", f"{address}?link={signed[:-1]}", f"{address}?link={signed}x",
        f"{address}?link={'x' * 3000}", f"{address}?link=é", f"{address}?link={signed.replace('.1:', '.2:')}",
        other["link"].partition("?")[0] + f"?link={signed}", link.replace(one["id"], str(uuid4())),
    ]  # fmt: skip
    for wrong in forged:
        answer = download(wrong)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), wrong
    assert download(f"{address}?link=a%00b").status_code == 400


@pytest.mark.parametrize("way", ["expired", "new link", "cancelled", "key revoked", "key expired", "key masked"])
def test_a_link_ends(client: APIClient, alices_tenant: Tenant, way: str) -> None:
    made = exported(client)
    key: Any = client.key  # type: ignore[attr-defined]
    assert download(made["link"]).status_code == 200
    if way == "expired":
        ApiJob.objects.update(expires_at=timezone.now())
    elif way == "new link":
        renewed = client.post(f"{URL}{made['id']}/new_link/").json()["link"]
        assert download(renewed).status_code == 200
    elif way == "cancelled":
        assert client.post(f"{URL}{made['id']}/cancel/").json()["state"] == "cancelled"
        assert not ExportChunk.objects.exists()
    elif way == "key revoked":
        keys.revoke(key=key.pk)
    elif way == "key expired":
        type(key).objects.filter(pk=key.pk).update(expires_at=timezone.now())
    else:
        type(key).objects.filter(pk=key.pk).update(scopes=["exports:read"])
    answer = download(made["link"])
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:aira:problem:link_gone")


def test_an_old_file_is_removed_with_its_filters(client: APIClient, alices_tenant: Tenant) -> None:
    made = exported(client, filters={"customer_phone": "+14155550188"})
    assert removal.purge() == 0
    ApiJob.objects.update(expires_at=timezone.now())
    assert removal.purge() == 1
    assert not ExportChunk.objects.exists()
    shown = client.get(f"{URL}{made['id']}/").json()
    assert (shown["state"], shown["filters"], shown["link"]) == ("expired", None, None)
    ApiJob.objects.update(finished_at=timezone.now() - timedelta(days=31))
    removal.purge()
    assert not ApiJob.objects.exists()


@pytest.mark.usefixtures("small_pages")
def test_a_stopped_worker_leaves_the_rest_to_the_next(client: APIClient, alices_tenant: Tenant) -> None:
    appointments(alices_tenant, 10)
    whole = content(exported(client)["link"])
    job = started(client)["id"]
    stops = iter([False, False, True])
    working.work(job, lambda: next(stops))
    shown = client.get(f"{URL}{job}/").json()
    assert (shown["state"], shown["done"], shown["total"], shown["link"]) == ("running", 6, 11, None)
    assert working.stalled() == [job]
    working.work(job, never)
    assert content(client.get(f"{URL}{job}/").json()["link"]) == whole


@pytest.mark.usefixtures("small_pages")
def test_a_job_belongs_to_one_worker(client: APIClient, alices_tenant: Tenant) -> None:
    appointments(alices_tenant, 10)
    job = started(client)["id"]
    calls = iter(range(100))

    def second_worker_comes() -> bool:
        if next(calls) == 1:
            # The job is in progress, so a second worker leaves it alone.
            working.work(job, lambda: pytest.fail("two workers have one job"))
        if next(calls) == 3:
            # This worker counts as dead, and another one takes over and ends the job.
            ApiJob.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
            working.work(job, never)
        return False

    working.work(job, second_worker_comes)
    shown = client.get(f"{URL}{job}/").json()
    assert (shown["state"], shown["done"]) == ("finished", 11)
    assert content(shown["link"]).count(b"\r\n") == 12
    assert ApiJob.objects.get().attempt == 2


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("way", ["revoked", "scope"])
def test_a_job_ends_if_its_key_may_no_longer_export(client: APIClient, alices_tenant: Tenant, way: str) -> None:
    appointments(alices_tenant, 10)
    job = started(client)["id"]
    stops = iter([False, True])
    working.work(job, lambda: next(stops))
    key: Any = client.key  # type: ignore[attr-defined]
    if way == "revoked":
        keys.revoke(key=key.pk)
    else:
        type(key).objects.filter(pk=key.pk).update(scopes=["exports:read", "appointments:read"])
    working.work(job, never)
    row = ApiJob.objects.get()
    expected = {"revoked": "caller_gone", "scope": "scope_missing"}[way]
    assert (row.state, row.problem["type"]) == ("failed", f"urn:aira:problem:{expected}")  # type: ignore[index]
    assert not ExportChunk.objects.exists()


@pytest.mark.usefixtures("small_pages")
def test_a_key_that_lost_personal_data_gets_no_half_masked_file(client: APIClient, alices_tenant: Tenant) -> None:
    appointments(alices_tenant, 7)
    job = started(client, format="ndjson", filters={"fields": "customer_name"})["id"]
    stops = iter([False, False, True])
    working.work(job, lambda: next(stops))
    key: Any = client.key  # type: ignore[attr-defined]
    type(key).objects.filter(pk=key.pk).update(scopes=[scope for scope in SCOPES if scope != "personal:read"])
    working.work(job, never)
    lines = content(client.get(f"{URL}{job}/").json()["link"]).decode().splitlines()
    assert len(lines) == 8
    assert all("•••" in line for line in lines)


def test_xlsx_has_a_limit(client: APIClient, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "XLSX_LIMIT", 2)
    appointments(alices_tenant, 3)
    made = exported(client, format="xlsx")
    assert (made["state"], made["problem"]["type"]) == ("failed", "urn:aira:problem:too_many_rows")


def test_a_job_that_fails_again_and_again_is_given_up(
    client: APIClient, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "add", lambda *_: 1 / 0)
    job = started(client)["id"]
    for _ in range(working.MOST_ATTEMPTS + 1):
        working.work(job, never)
        ApiJob.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    shown = client.get(f"{URL}{job}/").json()
    assert (shown["state"], shown["problem"]["type"]) == ("failed", "urn:aira:problem:job_given_up")


def test_a_file_does_not_fill_the_database(
    client: APIClient, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    monkeypatch.setattr(exporting, "LARGEST", 600)
    appointments(alices_tenant, 6)
    made = exported(client)
    assert (made["state"], made["problem"]["type"]) == ("failed", "urn:aira:problem:file_too_large")
    assert not ExportChunk.objects.exists()


def test_one_program_cannot_keep_the_worker_busy(
    with_key: Keys, client: APIClient, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creating, "MOST_OPEN", 2)
    first, _ = started(client), started(client)
    refused = client.post(URL, {"resource": "appointments"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:aira:problem:too_many_jobs")
    started(with_key(*SCOPES, name="other"))
    client.post(f"{URL}{first['id']}/cancel/")
    started(client)
