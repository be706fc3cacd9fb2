"""Test requests that change many rows: each item has the rules of a request about its row."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from rest_framework.test import APIClient

from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from billing.models import Wallet
from bookings.models import Appointment
from businesses.models import Business
from knowledge.models import Document
from telephony.models import BusinessNumber
from tests.factories import Tenant

URL = "/api/v1/appointments"
# Operations, each with the operation on one row, its method and a body that it takes.
OPERATIONS = {
    "appointments.bulk_cancel": ("cancel/", "post", {"reason": "closed"}),
    "appointments.bulk_complete": ("complete/", "post", {}),
    "appointments.bulk_no_show": ("no_show/", "post", {}),
    "appointments.bulk_trash": ("trash/", "post", {}),
    "appointments.bulk_update": ("", "patch", {"notes": "window seat"}),
    "documents.bulk_retry": ("retry/", "post", {}),
    "documents.bulk_process_again": ("process_again/", "post", {}),
    "documents.bulk_trash": ("trash/", "post", {}),
    "documents.bulk_update": ("", "patch", {"file_name": "b.pdf"}),
    "numbers.bulk_trash": ("trash/", "post", {}),
    "numbers.bulk_update": ("", "patch", {"display_name": "Desk"}),
    "businesses.bulk_update": ("", "patch", {"timezone": "Mars/Olympus"}),
    "booking-rules.bulk_update": ("", "patch", {"capacity": 3}),
}
ROWS = {
    "appointments": "appointment",
    "documents": "document",
    "numbers": "number",
    "businesses": "business",
    "booking-rules": "rules",
}


def appointments(tenant: Tenant, count: int) -> list[Appointment]:
    start = datetime.now(UTC) + timedelta(days=9)
    return [
        Appointment.objects.create(
            business=tenant.business, customer_name=f"Dan {n}", scheduled_at=start + timedelta(hours=2 * n)
        )
        for n in range(count)
    ]


def targets(rows: list[Any], **more: Any) -> dict[str, Any]:
    return {"items": [{"id": str(row.pk), **more} for row in rows]}


def statuses(answer: Any) -> list[int]:
    return [one["status"] for one in answer.json()["results"]]


def without_times(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in ("updated_at", "request_id", "deleted_at")}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_item_has_the_outcome_of_a_request_about_its_row(
    api: APIClient, alices_tenant: Tenant, operation: str
) -> None:
    resource, _, name = operation.partition(".")
    path, method, body = OPERATIONS[operation]
    pk = str(getattr(alices_tenant, ROWS[resource]).pk)
    for row in (pk, str(uuid4())):
        for sent in (body, {"foo": 1}, {"reason": 7}):
            alone = transaction.atomic()
            alone.__enter__()
            single = getattr(api, method)(f"/api/v1/{resource}/{row}/{path}", sent, headers={"If-Match": "*"})
            transaction.set_rollback(True)
            alone.__exit__(None, None, None)
            item = {"id": row, "body": sent} | ({"if_match": "*"} if method == "patch" else {})
            answer = api.post(f"/api/v1/{resource}/{name}/", {"items": [item]})
            [result] = answer.json()["results"]
            assert (result["index"], result["id"], result["status"]) == (0, row, single.status_code), answer.json()
            assert answer.status_code == (207 if single.status_code >= 400 else 200)
            shown = result["problem"] if single.status_code >= 400 else result["item"]
            assert without_times(shown) == without_times(single.json())


def test_an_update_needs_the_state_of_each_row(api: APIClient, alices_tenant: Tenant) -> None:
    rows = appointments(alices_tenant, 3)
    etag = api.get(f"{URL}/{rows[0].pk}/")["ETag"]
    items = [
        {"id": str(row.pk), "body": {"notes": "n"}} | ({"if_match": match} if match else {})
        for row, match in zip(rows, (etag, '"old"', None), strict=True)
    ]
    answer = api.post(f"{URL}/bulk_update/", {"items": items})
    assert statuses(answer) == [200, 412, 428]
    results = answer.json()["results"]
    assert results[1]["etag"] == api.get(f"{URL}/{rows[1].pk}/")["ETag"]
    assert results[0]["etag"] == api.get(f"{URL}/{rows[0].pk}/")["ETag"] != etag


def test_appointments_are_reassigned_to_another_business_of_the_owner(
    api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant, alice: Any
) -> None:
    other = Business.objects.create(user_id=alice, name="Second", business_type="retail")
    rows = appointments(alices_tenant, 2)
    items = [
        {"id": str(row.pk), "if_match": "*", "body": {"business": str(business.pk)}}
        for row, business in zip(rows, (other, bobs_tenant.business), strict=True)
    ]
    before = [api.patch(f"{URL}/{rows[1].pk}/", items[1]["body"], headers={"If-Match": "*"}).status_code]
    answer = api.post(f"{URL}/bulk_update/", {"items": items})
    assert statuses(answer) == [200, *before]
    assert Appointment.objects.get(pk=rows[0].pk).business_id == other.pk


def test_refused_items_do_not_stop_the_others_unless_the_request_is_atomic(
    api: APIClient, alices_tenant: Tenant
) -> None:
    rows = appointments(alices_tenant, 4)
    Appointment.objects.filter(pk=rows[1].pk).update(status="completed")
    body = targets([*rows, alices_tenant.business])
    refused = api.post(f"{URL}/bulk_cancel/", body | {"atomic": True})
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "urn:aira:problem:bulk_refused")
    assert [one["status"] for one in problem["results"]] == [424, 409, 424, 424, 404]
    assert "2 of 5 items were refused: 1, 4" in problem["detail"]
    assert not any("item" in one or "etag" in one for one in problem["results"] if one["status"] == 424)
    assert Appointment.objects.filter(status="cancelled").count() == 0
    answer = api.post(f"{URL}/bulk_cancel/", body)
    assert (answer.status_code, answer.json()["done"], answer.json()["refused"]) == (207, 3, 2)
    assert statuses(answer) == [200, 409, 200, 200, 404]
    assert Appointment.objects.filter(status="cancelled").count() == 3
    assert api.post(f"{URL}/bulk_cancel/", targets(rows[2:]) | {"atomic": True}).status_code == 200


def test_creating_can_be_atomic_too(api: APIClient, alice: Any) -> None:
    items = [{"user": str(alice), "name": "A", "business_type": kind} for kind in ("retail", "circus")]
    refused = api.post("/api/v1/businesses/bulk/", {"items": items, "atomic": True})
    assert (refused.status_code, [one["status"] for one in refused.json()["results"]]) == (409, [424, 400])
    assert Business.objects.count() == 0
    assert api.post("/api/v1/businesses/bulk/", {"items": items[:1], "atomic": True}).status_code == 201


def test_a_repeated_request_changes_nothing_and_gives_the_first_answer(api: APIClient, alices_tenant: Tenant) -> None:
    rows = appointments(alices_tenant, 2)
    answers = [
        api.post(f"{URL}/bulk_cancel/", targets(rows, body={"reason": "x"}), headers={"Idempotency-Key": "c"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Appointment.objects.get(pk=rows[0].pk).notes.count("x") == 1
    other = api.post(f"{URL}/bulk_cancel/", targets(rows[:1]), headers={"Idempotency-Key": "c"})
    assert other.status_code == 422


def test_an_id_that_occurs_twice_is_refused_the_second_time(api: APIClient, alices_tenant: Tenant) -> None:
    [row] = appointments(alices_tenant, 1)
    items = [{"id": str(row.pk)}, {"id": str(row.pk).upper()}, {"id": row.pk.hex}]
    answer = api.post(f"{URL}/bulk_cancel/", {"items": items})
    assert statuses(answer) == [200, 400, 400]
    problem = answer.json()["results"][1]["problem"]
    assert (problem["type"], "item 0" in problem["detail"]) == ("urn:aira:problem:repeated_id", True)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"items": []}, {"items": ["x"]}, {"items": 7}, [], None, {"items": [{}] * 101}, {"items": [{}] * 10_000},
        {"items": [{}], "atomic": "false"}, {"items": [{}], "atomic": 1}, {"items": [{}], "dry_run": True},
        {"items": [None]}, {"items": {"id": "x"}}, {"items": [{"id": "a\0b"}]},
    ],
)  # fmt: skip
def test_a_body_that_is_not_a_list_of_items_is_refused(api: APIClient, body: Any) -> None:
    answer = api.post(f"{URL}/bulk_cancel/", body, format="json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content


@pytest.mark.parametrize(
    "body", [b'{"items": [{"id": "\\ud800"}]}', b"\xff\xfe", b'{"items": [', b'{"items": [{"id": NaN}]}']
)
def test_a_body_that_is_not_json_is_refused(api: APIClient, body: bytes) -> None:
    answer = api.generic("POST", f"{URL}/bulk_cancel/", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content


@pytest.mark.parametrize(
    "item",
    [
        {}, {"id": None}, {"id": 7}, {"id": []}, {"id": {}}, {"id": True}, {"id": ""}, {"id": "x" * 5000},
        {"id": "1; drop table"}, {"id": str(uuid4()), "body": "x"}, {"id": str(uuid4()), "body": None},
        {"id": str(uuid4()), "body": [1]}, {"id": str(uuid4()), "if_match": 7}, {"id": str(uuid4()), "notes": "x"},
        {"id": str(uuid4()), "if_match": "x" * 5000}, {"index": 3}, {"id": 10**400},
    ],
)  # fmt: skip
def test_an_item_that_makes_no_sense_is_refused_alone(
    api: APIClient, alices_tenant: Tenant, item: dict[str, Any]
) -> None:
    [row] = appointments(alices_tenant, 1)
    answer = api.post(f"{URL}/bulk_cancel/", {"items": [item, {"id": str(row.pk)}]})
    assert statuses(answer) == [400, 200], answer.json()
    assert answer.json()["results"][0]["problem"]["errors"]


def test_a_key_needs_the_scope_of_the_operation_on_one_row(
    with_key: Callable[..., APIClient], alices_tenant: Tenant
) -> None:
    rows = targets([alices_tenant.appointment])
    refused = with_key("appointments:update", "appointments:create").post(f"{URL}/bulk_cancel/", rows)
    assert (refused.status_code, refused.json()["scope"]) == (403, "appointments:cancel")
    answer = with_key("appointments:cancel", name="b").post(f"{URL}/bulk_cancel/", rows)
    assert answer.status_code == 200
    assert answer.json()["results"][0]["item"]["customer_name"] == "C•••"


def test_staff_need_the_permission_of_the_operation_on_one_row(alices_tenant: Tenant) -> None:
    member = StaffUser.objects.create_user("mona", password="correct horse", is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename__in=["view_appointment", "add_appointment"]))
    client = APIClient()
    client.force_login(member)
    rows = targets([alices_tenant.appointment])
    assert client.post(f"{URL}/bulk_cancel/", rows).status_code == 403
    member.user_permissions.add(Permission.objects.get(codename="change_appointment"))
    assert client.post(f"{URL}/bulk_cancel/", rows).status_code == 200


def test_each_item_may_have_a_reason_of_its_own(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    client = with_key("appointments:complete")
    rows = appointments(alices_tenant, 4)
    Appointment.objects.filter(pk=rows[1].pk).update(status="cancelled")
    items = [{"id": str(row.pk)} for row in rows]
    items[0]["body"] = items[1]["body"] = {"reason": "they came"}  # type: ignore[assignment]
    client.post(f"{URL}/bulk_complete/", {"items": items, "reason": "end of day"})
    said = [
        list(
            AuditEvent.objects.filter(row_id=str(row.pk), verb="update", actor_kind="api_key").values_list(
                "reason", flat=True
            )
        )
        for row in rows
    ]
    assert said == [["they came"], [], ["end of day"], ["end of day"]]


def test_numbers_are_released_and_documents_are_queued_again(api: APIClient, alices_tenant: Tenant) -> None:
    Document.objects.filter(pk=alices_tenant.document.pk).update(processing_status="processing")
    Document.objects.filter(pk=alices_tenant.document.pk).update(processing_status="failed", processing_error="x")
    answer = api.post("/api/v1/documents/bulk_retry/", targets([alices_tenant.document]))
    assert statuses(answer) == [200]
    assert Document.objects.get(pk=alices_tenant.document.pk).processing_status == "pending"
    answer = api.post("/api/v1/numbers/bulk_trash/", targets([alices_tenant.number, alices_tenant.business]))
    assert statuses(answer) == [200, 404]
    assert BusinessNumber.objects.get(pk=alices_tenant.number.pk).deleted_at is not None
    assert Wallet.objects.count() == 1
