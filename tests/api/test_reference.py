"""Test that the reference is complete, that it tells the truth, and that everybody can read it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.test import APIClient

from aira.api.reference.guides import GUIDES, introduction
from aira.api.reference.response_headers import ALWAYS
from aira.embedded import PROJECT
from tests.factories import Tenant

FILE = PROJECT / "docs" / "openapi.yaml"
GUIDES_FOLDER = PROJECT / "docs" / "api"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(FILE.read_text(), Loader=yaml.CSafeLoader)
    return found


def operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in description["paths"].values():
        yield from methods.values()


def resolved(description: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    for name in part["$ref"].split("/")[1:] if "$ref" in part else ():
        description = description[name]
    return description if "$ref" in part else part


def test_each_operation_has_a_name_a_summary_and_a_description(description: dict[str, Any]) -> None:
    ids = Counter(operation["operationId"] for operation in operations(description))
    assert [name for name, times in ids.items() if times > 1] == []
    assert [name for name in ids if not re.fullmatch(r"[a-z_]+\.[a-z_]+", name)] == []
    assert {"appointments.book", "businesses.update", "businesses.delete", "transactions.refund"} <= ids.keys()
    for operation in operations(description):
        summary, name = operation["summary"], operation["operationId"]
        assert re.fullmatch(r"[A-Z][^`\n]{3,90}[^.]", summary), name
        assert len(operation["description"]) > 30, name
        assert not re.search(r"\b[Aa] row\b|\bthe rows, as\b|[{}]one[{}]", summary), name
        assert [parameter for parameter in operation["parameters"] if not words(description, parameter)] == [], name
        answers = [resolved(description, answer) for answer in operation["responses"].values()]
        assert all(answer["description"] for answer in answers), name


def words(description: dict[str, Any], parameter: dict[str, Any]) -> str | None:
    found: str | None = resolved(description, parameter).get("description")
    return found


def test_each_resource_has_an_introduction_and_a_place_on_the_page(description: dict[str, Any]) -> None:
    webhooks = [webhook["post"] for webhook in description["webhooks"].values()]
    used = {tag for operation in [*operations(description), *webhooks] for tag in operation["tags"]}
    introduced = {tag["name"]: tag["description"] for tag in description["tags"]}
    assert introduced.keys() == used
    assert [name for name, text in introduced.items() if len(text) < 40] == []
    grouped = [name for group in description["x-tagGroups"] for name in group["tags"]]
    assert sorted(grouped) == sorted(used)


def test_each_schema_has_an_example_that_it_allows(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    for name, schema in schemas.items():
        whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        validator = Draft202012Validator(whole, format_checker=FormatChecker())
        # The example of a problem is at the answers.
        examples = schema.get("examples", [])
        assert examples or name == "Problem", name
        assert [error.message for example in examples for error in validator.iter_errors(example)] == [], name
    problem = Draft202012Validator(schemas["Problem"])
    problems = [answer for name, answer in description["components"]["responses"].items() if "Problem" in name]
    assert len(problems) > 10
    for answer in problems:
        problem.validate(answer["content"]["application/problem+json"]["example"])


def test_answers_have_the_headers_that_the_description_promises(
    description: dict[str, Any], with_key: Callable[..., APIClient], alices_tenant: Tenant
) -> None:
    client = with_key("appointments:read", "appointments:update", "appointments:complete", "appointments:trash")
    row = f"/api/v1/appointments/{alices_tenant.appointment.pk}"
    path = "/api/v1/appointments/{id}"
    once = {"headers": {"Idempotency-Key": "once", "If-Match": "*"}}
    sent = [
        ("get", "/api/v1/appointments", client.get("/api/v1/appointments/")),
        ("get", path, first := client.get(f"{row}/")),
        ("get", path, client.get(f"{row}/", headers={"If-None-Match": first["ETag"]})),
        ("patch", path, client.patch(f"{row}/", {"notes": "x"}, **once)),
        ("post", f"{path}/complete", client.post(f"{row}/complete/", **once)),
        ("post", f"{path}/complete", client.post(f"{row}/complete/", **once)),
        ("delete", path, client.delete(f"{row}/", headers={"If-Match": "*"})),
    ]
    assert [answer.status_code for _, _, answer in sent] == [200, 200, 304, 200, 200, 200, 204]
    of_some_answers = {"Idempotent-Replayed"}
    for method, where, answer in sent:
        described = description["paths"][where][method]["responses"][str(answer.status_code)]["headers"]
        assert [name for name in described if name not in answer and name not in of_some_answers] == [], where
        assert set(ALWAYS) <= described.keys()
        assert ("ETag" in answer) is ("ETag" in described), where
    assert sent[5][2]["Idempotent-Replayed"] == "true"
    refused = with_key("appointments:read", name="slow", rate_limit=1)
    refused.get(f"{row}/")
    throttled = refused.get(f"{row}/")
    assert throttled.status_code == 429
    promised = description["components"]["responses"]["Problem429"]["headers"]
    assert [name for name in promised if name not in throttled] == []


def test_a_phone_number_needs_no_member_that_has_a_default(
    with_key: Callable[..., APIClient], alices_tenant: Tenant
) -> None:
    body = {"user": str(alices_tenant.business.user_id), "phone_number": "+14155550177", "display_name": "Second"}
    body |= {"country_code": "US", "number_type": "local"}
    answer = with_key("numbers:create").post("/api/v1/numbers/", body)
    assert (answer.status_code, answer.json()["is_primary"]) == (201, False)


def test_everybody_may_read_the_reference(client: Client, db: None) -> None:
    page = client.get("/api/v1/reference/")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href|spec-url)="([^"]+)"', page.content.decode())
    assert "/api/v1/openapi.yaml/" in loaded
    assert any("redoc.standalone" in url for url in loaded)
    assert [url for url in loaded if "//" in url] == []
    assert "blob:" in page["Content-Security-Policy"]
    assert "'unsafe-eval'" not in page["Content-Security-Policy"]
    for address in ("/api/v1/openapi.yaml", "/api/v1/openapi.yaml/"):
        file = client.get(address)
        assert (file.status_code, file["Content-Type"]) == (200, "application/yaml")
        assert b"".join(file.streaming_content) == FILE.read_bytes()  # type: ignore[attr-defined]
    assert client.post("/api/v1/reference/").status_code == 405
    # The page shows no data, and the data still needs a key.
    assert client.get("/api/v1/businesses/").status_code == 401


def test_the_library_of_the_page_has_its_licence() -> None:
    import drf_spectacular_sidecar

    folder = Path(drf_spectacular_sidecar.__file__).parent / "static" / "drf_spectacular_sidecar" / "redoc"
    assert "The MIT License" in (folder / "LICENSE").read_text()
    assert (folder / "bundles" / "redoc.standalone.js").stat().st_size > 500_000


def test_the_guides_are_part_of_the_reference(description: dict[str, Any]) -> None:
    assert description["info"]["description"] == introduction()
    assert {f"api/{file.name}" for file in GUIDES_FOLDER.glob("*.md")} <= set(GUIDES)
    text = introduction()
    titles = [line.removeprefix("# ") for line in text.splitlines() if re.match(r"# [A-Z]", line)]
    assert titles[:5] == ["Authentication", "Requests", "Errors", "Lists and pages", "Idempotency"]
    assert {"Testing", "Versioning", "Changes of the API"} <= set(titles)
    # Links lead to sections of the same page, or to other hosts.
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert "#section/Versioning" in targets
    assert [target for target in targets if not target.startswith(("#section/", "https://"))] == []
    sections = {f"#section/{title.replace(' ', '-')}" for title in titles}
    assert [target for target in targets if target.startswith("#") and target not in sections] == []
    # Words for the tests of the documents are not shown.
    assert not re.search(r"^```\w+ ", text, re.MULTILINE)


def test_the_changelog_begins_with_the_current_version(description: dict[str, Any]) -> None:
    newest = re.search(r"^## (\S+) ", (GUIDES_FOLDER / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == description["info"]["version"]
