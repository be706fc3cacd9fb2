"""Test that the committed client follows from the description, and covers it."""

import copy
import inspect
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from mypy import api as mypy

from aira.devtools.client.rendering import SOURCE, rendered, written
from aira.embedded import PROJECT
from aira_client import AsyncClient, Client
from aira_client.operations import Operation, request_for


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return dict(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))


def test_the_committed_client_follows_from_the_description(tmp_path: Path) -> None:
    call_command("client", check=True)
    call_command("client", folder=tmp_path / "generated", stdout=StringIO())
    (tmp_path / "generated" / "models.py").write_text("\n")
    (tmp_path / "generated" / "more.py").write_text("\n")
    with pytest.raises(CommandError, match=r"^models.py, more.py differ from docs/openapi.yaml. Run `make client`.$"):
        call_command("client", check=True, folder=tmp_path / "generated")


def test_another_description_makes_another_client(tmp_path: Path) -> None:
    other = tmp_path / "openapi.yaml"
    other.write_text(
        SOURCE.read_text(encoding="utf-8").replace(
            "operationId: appointments.book\n", "operationId: appointments.reserve\n"
        )
    )
    assert "def reserve(self" in written(other)["synchronous/appointments.py"]


def test_each_operation_is_a_method_of_both_clients(description: dict[str, Any]) -> None:
    made = [Client("https://aira.example", "aira_x"), AsyncClient("https://aira.example", "aira_x")]
    for path, methods in description["paths"].items():
        for verb, operation in methods.items():
            resource, _, name = operation["operationId"].partition(".")
            for client in made:
                method = getattr(getattr(client, resource), name)
                assert operation["x-scope"] in (method.__doc__ or ""), operation["operationId"]
            module = inspect.getmodule(type(getattr(made[0], resource)))
            constant: Operation = getattr(module.operations, name.upper())  # type: ignore[union-attr]
            assert (constant.name, constant.method, constant.path) == (operation["operationId"], verb.upper(), path)


def test_names_that_python_reserves_get_an_underscore(description: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"class": {"type": "string"}, "etag": {"type": "integer"}}}
    description["components"]["schemas"] |= {"Odd": schema, "OddRequest": schema}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/OddRequest"}}}}
    operation = {"operationId": "testing.import", "summary": "Import", "requestBody": body, "responses": {"204": {}}}
    description["paths"]["/api/v1/testing/import"] = {"post": operation}
    files = dict(rendered(description))
    assert "class_: str" in files["models.py"]
    assert "etag_: int" in files["models.py"]
    assert "def import_(self" in files["synchronous/testing.py"]
    assert "aliases={'class_': 'class'}" in files["operations/testing.py"]


def test_objects_without_a_name_become_classes(description: dict[str, Any]) -> None:
    line = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}
    lines = {"type": "array", "items": line}
    description["components"]["schemas"] |= {
        "Order": {"type": "object", "properties": {"lines": copy.deepcopy(lines), "address": copy.deepcopy(line)}},
        "OrderRequest": {"type": "object", "properties": {"lines": copy.deepcopy(lines)}},
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/OrderRequest"}}}}
    filters = [{"name": "metadata", "in": "query", "schema": {"type": "object"}}]
    operation = {
        "operationId": "testing.order", "summary": "Order", "parameters": filters, "requestBody": body,
        "responses": {"204": {}},
    }  # fmt: skip
    description["paths"]["/api/v1/testing/order"] = {"post": operation}
    files = dict(rendered(description))
    assert "class OrderLine(Model):" in files["models.py"]
    assert "lines: list[OrderLine]" in files["models.py"]
    assert "address: OrderAddress" in files["models.py"]
    assert "class OrderLineRequest(TypedDict, total=False):" in files["options.py"]
    assert "id: Required[UUID | str]" in files["options.py"]
    assert "lines: Sequence[OrderLineRequest]" in files["operations/testing.py"]


def test_arguments_are_written_as_the_api_reads_them() -> None:
    operation = Operation("x.y", "GET", "/x/{id}", query=("status", "metadata", "is_active", "at", "none"))
    values = {
        "status": ["a", "b"], "metadata": {"order": 7}, "is_active": True, "none": None,
        "at": datetime(2026, 12, 24, tzinfo=UTC),
    }  # fmt: skip
    request = request_for(operation, ("a/b",), values)
    assert request.path == "/x/a%2Fb"
    assert request.query == {
        "status": "a,b", "metadata[order]": "7", "is_active": "true", "at": "2026-12-24T00:00:00+00:00",
    }  # fmt: skip


def checked(file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, int]:
    """Return the output, errors and status of mypy."""
    monkeypatch.setenv("MYPYPATH", str(PROJECT / "clients/python/src"))
    cache = PROJECT / ".mypy_cache" / "client"
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--ignore-missing-imports"]
    return mypy.run([*options, "--disable-error-code=import-untyped", "--cache-dir", str(cache), str(file)])


PROGRAM = """
from datetime import datetime
from uuid import UUID
from aira_client import Client
from aira_client.models import Appointment

def book(client: Client, business: UUID, at: datetime) -> Appointment:
    found: Appointment | None = client.appointments.list(status="confirmed").first()
    rows: list[Appointment] = [one for one in client.appointments.list(business=business, page_size=10)]
    start: datetime = rows[0].scheduled_at
    return client.appointments.book(business=business, scheduled_at=at, customer_name="Carol"{more})
"""


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ("", ""),
        (", duration=30, notes='by the window'", ""),
        (", notes=7", "notes"),
        pytest.param(", note='x'", "note", marks=pytest.mark.slow),
        pytest.param(", status='confirmed'", "status", marks=pytest.mark.slow),
    ],
)
def test_a_type_checker_finds_wrong_arguments(
    more: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program.py").write_text(PROGRAM.format(more=more))
    said, errors, ended = checked(tmp_path / "program.py", monkeypatch)
    assert bool(ended) == bool(error), said + errors
    assert error in said


@pytest.mark.parametrize("name", ["bookings_to_spreadsheet.py", "failed_payments.py"])
def test_the_examples_are_typed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said, errors, ended = checked(PROJECT / "docs" / "examples" / name, monkeypatch)
    assert ended == 0, said + errors
