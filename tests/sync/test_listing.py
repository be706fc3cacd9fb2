"""Tools read what changed since a time, page by page, and learn what is gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from aira.api.sync import Cursor
from aira.api.urls import router
from aira.sync.models import SyncState
from bookings.models import Appointment
from tests.factories import Tenant

EVER = "1970-01-01T00:00:00Z"
SYNCED = [name for name, view, _ in router.registry if getattr(view, "synced", False)]


def page(api: APIClient, url: str, **query: Any) -> dict[str, Any]:
    answer = api.get(url, query)
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    assert set(found) == {"data", "next", "previous", "results", "removed", "resume"}
    return found


def caught_up(api: APIClient, resource: str, **query: Any) -> tuple[dict[str, dict[str, Any]], str]:
    """Return the rows by id and the link that continues."""
    found, read = {}, page(api, f"/api/v1/{resource}/", updated_since=EVER, **query)
    while True:
        found |= {row["id"]: row for row in read["data"]}
        for one in read["removed"]:
            found.pop(one, None)
        if read["next"] is None:
            return found, read["resume"]
        assert read["next"] == read["resume"]
        read = page(api, read["next"])


@pytest.mark.parametrize("resource", SYNCED)
def test_a_sync_begins_with_all_rows_and_goes_on_with_changes(
    api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant, resource: str
) -> None:
    listed = api.get(f"/api/v1/{resource}/?trashed=any" if resource in TRASHABLE else f"/api/v1/{resource}/").json()
    found, resume = caught_up(api, resource, page_size=1)
    assert found == {row["id"]: row for row in listed["data"]}
    assert page(api, resume)["data"] == []


TRASHABLE = ("businesses", "numbers", "appointments", "documents")


def test_a_change_is_read_once(api: APIClient, alices_tenant: Tenant) -> None:
    _, resume = caught_up(api, "appointments")
    pk = alices_tenant.appointment.pk
    Appointment.objects.filter(pk=pk).update(notes="new")
    (row,) = (read := page(api, resume))["data"]
    assert (row["id"], row["notes"], read["next"], read["removed"]) == (str(pk), "new", None, [])
    assert page(api, read["resume"])["data"] == []


def test_a_row_in_the_trash_is_a_tombstone_and_a_removed_row_an_id(api: APIClient, alices_tenant: Tenant) -> None:
    _, resume = caught_up(api, "documents")
    document = alices_tenant.document
    api.post(f"/api/v1/documents/{document.pk}/trash/")
    read = page(api, resume)
    assert [(row["id"], row["deleted_at"] is None) for row in read["data"]] == [(str(document.pk), False)]
    type(document).objects.filter(pk=document.pk)._raw_delete("default")
    gone = page(api, read["resume"])
    assert (gone["data"], gone["removed"]) == ([], [str(document.pk)])


def test_a_row_that_leaves_the_filter_is_removed(api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    found, resume = caught_up(api, "appointments", status="confirmed", business=str(alices_tenant.business.pk))
    assert set(found) == {str(alices_tenant.appointment.pk)}
    api.post(f"/api/v1/appointments/{alices_tenant.appointment.pk}/cancel/")
    assert page(api, resume)["removed"] == [str(alices_tenant.appointment.pk)]


def test_a_sync_begins_at_a_time_whose_changes_are_known(
    api: APIClient, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught_up(api, "wallets")
    now = timezone.now()
    state = SyncState.objects.get()
    state.kept_since = now - timedelta(days=1)
    monkeypatch.setattr(SyncState.objects, "get", lambda: state)
    later = page(api, "/api/v1/wallets/", updated_since=(now + timedelta(hours=1)).isoformat())
    assert (later["data"], later["next"]) == ([], None)
    earlier = page(api, "/api/v1/wallets/", updated_since=(now - timedelta(hours=1)).isoformat())
    # All rows by id would have a next page, in which the changes follow.
    assert ([row["id"] for row in earlier["data"]], earlier["next"]) == ([str(alices_tenant.wallet.pk)], None)


def test_a_cursor_of_lost_changes_is_refused(
    api: APIClient, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(position: int) -> tuple[int, str]:
        answer = api.get("/api/v1/wallets/", {"updated_since": EVER, "cursor": Cursor(position).text()})
        return answer.status_code, answer.json()["type"].rpartition(":")[2]

    caught_up(api, "wallets")
    state = SyncState.objects.get()
    # After a restore, a cursor can be ahead of all positions.
    assert refused(state.position + 1) == (410, "sync_expired")
    state.kept_after = 2
    monkeypatch.setattr(SyncState.objects, "get", lambda: state)
    assert refused(1) == (410, "sync_expired")
    assert refused(-1) == (400, "invalid")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"ordering": "-created_at"}, "ordering"),
        ({"q": "Carol"}, "q"),
        ({"format": "csv"}, "format"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"updated_since": "2026-12-01"}, "updated_since"),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_a_sync_refuses_what_contradicts_it(
    api: APIClient, alices_tenant: Tenant, query: dict[str, str], name: str
) -> None:
    answer = api.get("/api/v1/appointments/", {"updated_since": EVER} | query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name]), answer.content


def test_a_cursor_of_a_usual_list_is_no_cursor_of_a_sync(api: APIClient, alices_tenant: Tenant) -> None:
    read = page(api, "/api/v1/appointments/", updated_since=EVER)
    cursor = read["resume"].rpartition("cursor=")[2]
    answer = api.get("/api/v1/appointments/", {"cursor": cursor})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_a_list_without_a_trigger_has_no_sync(api: APIClient) -> None:
    answer = api.get("/api/v1/payments/", {"updated_since": EVER})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["updated_since"])


def test_a_key_without_the_right_reads_masks(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    masked = page(with_key("appointments:read"), "/api/v1/appointments/", updated_since=EVER)
    assert [row["customer_name"] for row in masked["data"]] == ["C•••"]


def test_a_page_costs_the_same_queries_for_more_rows(api: APIClient, alices_tenant: Tenant) -> None:
    def queries() -> int:
        _, resume = caught_up(api, "appointments")
        Appointment.objects.update(notes="x")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(api, resume)
        return len(captured)

    few = queries()
    for n in range(5):
        Appointment.objects.create(
            business=alices_tenant.business, customer_name=str(n), scheduled_at=timezone.now(), status="cancelled"
        )
    assert queries() == few
