"""Tools list events, follow them by their position, and see no more than they may."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from aira.events.event_types import EVENT_TYPES
from aira.events.models import Event
from aira.schema.sql_calls import rows
from tests.events.changes import BY_API, sent
from tests.factories import Tenant

EVERY_SCOPE = [
    f"{one}:read" for one in ("businesses", "numbers", "appointments", "transactions", "wallets", "documents")
]


def listed(api: APIClient, **query: Any) -> list[dict[str, Any]]:
    answer = api.get("/api/v1/events/", query)
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_a_change_is_listed_at_once(api: APIClient, alices_tenant: Tenant) -> None:
    appointment = sent(api, f"appointments/{alices_tenant.appointment.pk}/cancel/")
    event = listed(api)[0]
    now = api.get(f"/api/v1/appointments/{appointment}/").json()
    assert event.pop("position") == Event.objects.get(pk=event["id"]).position
    assert event.pop("previous") | {"updated_at": ""} == {"status": "confirmed", "slot_number": 1, "updated_at": ""}
    assert event == {
        "id": event["id"],
        "type": "appointment.cancelled",
        "version": 1,
        "at": event["at"],
        "user": str(alices_tenant.business.user_id),
        "business": str(alices_tenant.business.pk),
        "object_type": "appointment",
        "object_id": str(appointment),
        "object": now,
    }
    assert api.get(f"/api/v1/events/{event['id']}/").json()["object"] == now


def test_events_are_filtered(api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    def types(**query: Any) -> list[str]:
        return [one["type"] for one in listed(api, ordering="position", **query)]

    business = str(alices_tenant.business.pk)
    assert types(type="business.created,number.bought", user=str(alices_tenant.business.user_id)) == [
        "business.created",
        "number.bought",
    ]
    assert types(object_type="transaction") == ["transaction.completed"] * 2
    assert types(object_id=business) == ["business.created"]
    assert types(business=business) == ["business.created", "number.bought", "appointment.booked"]
    last = listed(api)[0]["position"]
    assert types(position__gte=last + 1) == []
    assert types(at__lt="2020-01-01T00:00:00Z") == []


def test_a_cursor_follows_the_events(api: APIClient, alices_tenant: Tenant) -> None:
    page = api.get("/api/v1/events/", {"ordering": "position", "page_size": 2}).json()
    positions = [one["position"] for one in page["results"]]
    while page["next"]:
        page = api.get(page["next"]).json()
        positions += [one["position"] for one in page["results"]]
    assert positions == sorted(Event.objects.values_list("position", flat=True))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"type": "appointment.eaten"}, "type"),
        ({"type": "*"}, "type"),
        ({"type": "appointment.booked,"}, "type"),
        ({"object_type": "staff"}, "object_type"),
        ({"object_id": "x"}, "object_id"),
        ({"business": "\0"}, "business"),
        ({"position__gte": "x"}, "position__gte"),
        ({"at__gte": "yesterday"}, "at__gte"),
        ({"typ": "x"}, "typ"),
    ],
)
def test_a_wrong_filter_is_named(api: APIClient, query: dict[str, str], name: str) -> None:
    answer = api.get("/api/v1/events/", query)
    assert answer.status_code == 400
    # A NUL is refused before anything reads the parameters.
    assert "\0" in query.get(name, "") or list(answer.json()["errors"]) == [name]


def test_a_key_needs_the_scope_of_events(with_key: Callable[..., APIClient]) -> None:
    assert with_key("appointments:read").get("/api/v1/events/").json()["scope"] == "events:read"


def test_a_key_sees_events_about_what_it_may_read(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    client = with_key("events:read", "numbers:read")
    assert {one["type"] for one in listed(client)} == {"number.bought"}
    rows("select private.number_events()")
    hidden = Event.objects.get(type="business.created")
    assert client.get(f"/api/v1/events/{hidden.pk}/").status_code == 404


def test_a_key_without_the_right_sees_people_masked(
    with_key: Callable[..., APIClient], api: APIClient, alices_tenant: Tenant
) -> None:
    address = f"/api/v1/appointments/{alices_tenant.appointment.pk}/"
    data = {"customer_name": "Dora Maar", "scheduled_at": "2031-01-01T10:00:00Z"}
    api.patch(address, data, headers={"If-Match": "*"})
    masked = with_key("events:read", *EVERY_SCOPE, name="masked")
    seeing = with_key("events:read", "personal:read", *EVERY_SCOPE, name="seeing")

    def names(client: APIClient) -> tuple[str, str]:
        event = listed(client, type="appointment.moved")[0]
        return event["object"]["customer_name"], event["previous"]["customer_name"]

    assert names(masked) == ("D••• M•••", "C•••")
    assert names(seeing) == ("Dora Maar", "Carol")


@pytest.mark.parametrize("kind", [one for one in EVENT_TYPES if one in BY_API])
def test_each_type_is_listed(api: APIClient, alices_tenant: Tenant, kind: str) -> None:
    pk = BY_API[kind](api, alices_tenant)
    assert listed(api, type=kind)[0]["object"]["id"] == str(pk)


def test_events_are_read_only(api: APIClient, alices_tenant: Tenant) -> None:
    pk = listed(api)[0]["id"]
    assert api.post("/api/v1/events/", {}).status_code == 405
    assert api.patch(f"/api/v1/events/{pk}/", {}, headers={"If-Match": "*"}).status_code == 405
    assert api.delete(f"/api/v1/events/{pk}/", headers={"If-Match": "*"}).status_code == 405


def test_the_description_has_a_webhook_for_each_type(api: APIClient) -> None:
    described = api.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert set(described["webhooks"]) == {*EVENT_TYPES, "test.ping"}
    body = described["webhooks"]["wallet.low"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"].rpartition("/")[2] in described["components"]["schemas"]
