"""Test that each kind of change that breaks clients is found, and that compatible changes pass."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from aira.api.reference.breaking_changes import breaking_changes
from aira.embedded import PROJECT

RELEASED: dict[str, Any] = {
    "info": {"version": "1.0"},
    "paths": {
        "/book": {
            "post": {
                "operationId": "appointments.book",
                "x-scope": "appointments:book",
                "parameters": [
                    {"name": "dry", "in": "query", "schema": {"type": "string", "enum": ["yes", "no"]}},
                    {"$ref": "#/components/parameters/Reason"},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}},
                "responses": {
                    "200": {
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Appointment"}},
                            "text/csv": {"schema": {"type": "string"}},
                        },
                    },
                    "409": {"description": "Taken"},
                },
            }
        }
    },
    "webhooks": {
        "appointment.booked": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}}
            }
        }
    },
    "components": {
        "parameters": {
            "Reason": {"name": "X-Reason", "in": "header", "schema": {"type": "string", "maxLength": 500}},
        },
        "schemas": {
            "Book": {
                "type": "object",
                "required": ["at"],
                "properties": {
                    "at": {"type": "string", "format": "date-time"},
                    "notes": {"type": ["string", "null"]},
                    "source": {"type": "string", "enum": ["web", "sms"]},
                    "minutes": {"type": "integer", "minimum": 5, "maximum": 600},
                    "metadata": {},
                },
            },
            "Appointment": {
                "type": "object",
                "required": ["id", "status", "slots"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "status": {"type": "string", "enum": ["confirmed", "cancelled"]},
                    "slots": {"type": "array", "items": {"$ref": "#/components/schemas/Slot"}},
                    "moved_from": {"oneOf": [{"$ref": "#/components/schemas/Appointment"}, {"type": "null"}]},
                },
            },
            "Event": {"type": "object", "required": ["at"], "properties": {"at": {"type": "string"}}},
            "Slot": {"type": "object", "required": ["free"], "properties": {"free": {"type": "integer"}}},
        },
    },
}


class Description:
    """Hold a copy of the released description, with short names for the parts that tests change."""

    def __init__(self) -> None:
        self.all = deepcopy(RELEASED)
        self.paths = self.all["paths"]
        self.book = self.paths["/book"]["post"]
        self.answers = self.book["responses"]
        schemas = self.all["components"]["schemas"]
        self.body, self.answer, self.slot = schemas["Book"], schemas["Appointment"], schemas["Slot"]
        self.sent, self.received = self.body["properties"], self.answer["properties"]
        self.event = schemas["Event"]
        self.reason = self.all["components"]["parameters"]["Reason"]


def changed(change: Callable[[Description], Any]) -> list[str]:
    """Return the breaking changes after a change of the released description."""
    current = Description()
    change(current)
    return breaking_changes(RELEASED, current.all, date(2027, 1, 1))


BREAKS: dict[str, tuple[Callable[[Description], Any], str]] = {
    "a path is removed": (lambda d: d.paths.pop("/book"), "POST /book was removed."),
    "an operation is removed": (lambda d: d.paths["/book"].pop("post"), "POST /book was removed."),
    "an operation gets another id": (
        lambda d: d.book.update(operationId="book"),
        "another operationId: book instead of appointments.book.",
    ),
    "an operation needs another scope": (lambda d: d.book.update({"x-scope": "x:y"}), "another x-scope"),
    "a parameter is removed": (lambda d: d.book["parameters"].pop(0), "the parameter dry in query was removed."),
    "a parameter becomes required": (
        lambda d: d.reason.update(required=True),
        "the parameter X-Reason in header became required.",
    ),
    "a new parameter is required": (
        lambda d: d.book["parameters"].append({"name": "a", "in": "query", "required": True, "schema": {}}),
        "the new parameter a in query is required.",
    ),
    "a parameter gets another type": (
        lambda d: d.reason.update(schema={"type": "integer"}),
        "another type: integer instead of string.",
    ),
    "a parameter allows fewer values": (
        lambda d: d.book["parameters"][0]["schema"]["enum"].remove("no"),
        "the parameter dry in query lost the values no.",
    ),
    "a parameter must be shorter": (
        lambda d: d.reason["schema"].update(maxLength=100),
        "allows less: maxLength is 100 instead of 500.",
    ),
    "a body becomes required": (lambda d: d.book["requestBody"].update(required=True), "the body became required."),
    "a media type of the body is removed": (
        lambda d: d.book["requestBody"]["content"].pop("application/json"),
        "the body can't be application/json any more.",
    ),
    "a member of the body is removed": (lambda d: d.sent.pop("notes"), "the body lost its member notes."),
    "a member of the body becomes required": (
        lambda d: d.body["required"].append("notes"),
        "the body: the member notes became required.",
    ),
    "a new member of the body is required": (
        lambda d: (d.sent.update(name={"type": "string"}), d.body["required"].append("name")),
        "the body: the member name became required.",
    ),
    "a member of the body gets another type": (
        lambda d: d.sent.update(minutes={"type": "string"}),
        "the body, minutes has another type: string instead of integer.",
    ),
    "a member of the body gets another format": (
        lambda d: d.sent["at"].update(format="date"),
        "the body, at has another format: date instead of date-time.",
    ),
    "a member of the body may not be null any more": (
        lambda d: d.sent.update(notes={"type": "string"}),
        "the body, notes has another type: string instead of null or string.",
    ),
    "a member of the body gets a type": (
        lambda d: d.sent.update(metadata={"type": "object"}),
        "the body, metadata has another type: object instead of any.",
    ),
    "a member of the body allows fewer values": (
        lambda d: d.sent["source"]["enum"].remove("sms"),
        "the body, source lost the values sms.",
    ),
    "a member of the body gets a list of values": (
        lambda d: d.sent["notes"].update(enum=["a", "b"]),
        "the body, notes allows only the values a, b.",
    ),
    "a member of the body gets a pattern": (
        lambda d: d.sent["notes"].update(pattern="^a"),
        "the body, notes has another pattern: ^a.",
    ),
    "a limit of the body allows less": (
        lambda d: d.sent["minutes"].update(minimum=10),
        "allows less: minimum is 10 instead of 5.",
    ),
    "an answer is removed": (lambda d: d.answers.pop("409"), "the answer 409 was removed."),
    "a header of an answer is removed": (lambda d: d.answers["200"].pop("headers"), "lost its header ETag."),
    "a media type of an answer is removed": (
        lambda d: d.answers["200"]["content"].pop("text/csv"),
        "the answer 200 can't be text/csv any more.",
    ),
    "a member of an answer is removed": (lambda d: d.received.pop("status"), "the answer 200 lost its member status."),
    "a member of an answer may be absent": (
        lambda d: d.answer["required"].remove("id"),
        "the answer 200: the member id may be absent.",
    ),
    "a member of an answer may be null": (
        lambda d: d.received["id"].update(type=["string", "null"]),
        "the answer 200, id has another type: null or string instead of string.",
    ),
    "a member of an answer gets another type": (
        lambda d: d.received.update(id={"type": "integer", "format": "uuid"}),
        "the answer 200, id has another type: integer instead of string.",
    ),
    "a member of an answer loses its type": (
        lambda d: d.received.update(id={"format": "uuid"}),
        "the answer 200, id has another type: any instead of string.",
    ),
    "a member of an answer loses a value": (
        lambda d: d.received["status"]["enum"].remove("cancelled"),
        "the answer 200, status lost the values cancelled.",
    ),
    "a member of an answer loses its list of values": (
        lambda d: d.received["status"].pop("enum"),
        "the answer 200, status lost the values confirmed, cancelled.",
    ),
    "an item of a list loses a member": (
        lambda d: d.slot["properties"].pop("free"),
        "the answer 200, slots, each item lost its member free.",
    ),
    "a webhook is removed": (
        lambda d: d.all["webhooks"].clear(),
        "The webhook appointment.booked was removed.",
    ),
    "a member of a webhook is removed": (
        lambda d: d.event["properties"].pop("at"),
        "The webhook appointment.booked lost its member at.",
    ),
    "an alternative is removed": (
        lambda d: d.received["moved_from"]["oneOf"].pop(),
        "the answer 200, moved_from has another number of alternatives in oneOf.",
    ),
}
ADDITIONS: dict[str, Callable[[Description], Any]] = {
    "nothing changes": lambda d: None,
    "a path": lambda d: d.paths.update({"/cancel": d.paths["/book"]}),
    "an optional parameter": lambda d: d.book["parameters"].append({"name": "a", "in": "query", "schema": {}}),
    "an optional member of the body": lambda d: d.sent.update(name={"type": "string"}),
    "a value that may be sent": lambda d: d.sent["source"]["enum"].append("voice"),
    "any value may be sent": lambda d: d.sent["source"].pop("enum"),
    "a member of the body may be null": lambda d: d.sent["at"].update(type=["string", "null"]),
    "a member of the body is not required any more": lambda d: d.body.update(required=[]),
    "a limit that allows more": lambda d: d.sent["minutes"].update(minimum=1, maximum=900),
    "a limit that is gone": lambda d: d.sent["minutes"].pop("maximum"),
    "a member of an answer": lambda d: d.received.update(name={"type": "string"}),
    "a value of an answer": lambda d: d.received["status"]["enum"].append("no_show"),
    "a member of an answer is always there": lambda d: d.answer["required"].append("moved_from"),
    "an answer": lambda d: d.answers.update({"202": {"description": "Later"}}),
    "a member of a webhook": lambda d: d.event["properties"].update(id={"type": "integer"}),
    "other words": lambda d: d.book.update(description="Better words"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_change_that_breaks_clients_is_found(name: str) -> None:
    change, sentence = BREAKS[name]
    found = changed(change)
    assert any(sentence in line for line in found), found
    assert all(line.startswith(("POST /book", "The webhook appointment.booked")) for line in found)


@pytest.mark.parametrize("name", ADDITIONS)
def test_an_addition_breaks_nobody(name: str) -> None:
    assert changed(ADDITIONS[name]) == []


def test_another_first_number_of_the_version_may_change_everything() -> None:
    current = {"info": {"version": "2.0"}, "paths": {}}
    assert breaking_changes(RELEASED, current, date(2027, 1, 1)) == []
    assert breaking_changes(RELEASED, {**current, "info": {"version": "1.9"}}, date(2027, 1, 1)) != []


@pytest.mark.parametrize(("today", "removable"), [(date(2027, 6, 30), False), (date(2027, 7, 2), True)])
def test_a_deprecated_operation_is_removable_after_its_sunset(today: date, removable: bool) -> None:
    released = Description()
    current = {**deepcopy(RELEASED), "paths": {}}
    released.book.update({"deprecated": True, "x-sunset": "2027-07-01"})
    assert (breaking_changes(released.all, current, today) == []) is removable
    # A date alone deprecates nothing.
    released.book["deprecated"] = False
    assert breaking_changes(released.all, current, today) == ["POST /book was removed."]


@pytest.mark.usefixtures("generated_once")
def test_the_api_does_not_break_clients_of_the_last_release(tmp_path: Path) -> None:
    """The check is part of `openapi --check`, which `make lint` runs."""
    call_command("openapi", check=True)
    released = json.loads((PROJECT / "docs" / "openapi-released.json").read_text())
    released["paths"]["/api/v1/gone"] = {"get": {"operationId": "gone.list", "responses": {}}}
    file = tmp_path / "released.json"
    file.write_text(json.dumps(released))
    with pytest.raises(CommandError, match="GET /api/v1/gone was removed") as refused:
        call_command("openapi", check=True, released=file, stdout=StringIO())
    assert "docs/api/versioning.md" in str(refused.value)
    with pytest.raises(CommandError, match="GET /api/v1/gone was removed"):
        call_command("openapi", release=True, released=file, stdout=StringIO())


@pytest.mark.usefixtures("generated_once")
def test_a_released_version_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "released.json"
    released = json.loads((PROJECT / "docs" / "openapi-released.json").read_text())
    del released["paths"]["/api/v1/testing/deprecated"]
    file.write_text(json.dumps(released))
    with pytest.raises(CommandError, match="Raise VERSION"):
        call_command("openapi", release=True, released=file, stdout=StringIO())
    released["info"]["version"] = "1.-1"
    file.write_text(json.dumps(released))
    call_command("openapi", release=True, released=file, stdout=StringIO())
    assert "/api/v1/testing/deprecated" in json.loads(file.read_text())["paths"]
