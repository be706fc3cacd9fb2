"""Test the OpenAPI description: it is committed, complete, and good enough to generate a working client."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from aira.api.scopes import scopes
from aira.embedded import PROJECT
from tests.api.running import Running

FILE = PROJECT / "docs" / "openapi.yaml"


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in yaml.safe_load(FILE.read_text())["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.usefixtures("generated_once")
def test_the_committed_description_matches_the_code(tmp_path: Path) -> None:
    call_command("openapi", check=True)
    old = tmp_path / "openapi.yaml"
    old.write_text(FILE.read_text().replace("transactions:refund", "transactions:give"))
    with pytest.raises(CommandError, match="differs from the code"):
        call_command("openapi", check=True, file=old, stdout=StringIO())
    assert yaml.safe_load(FILE.read_text())["openapi"].startswith("3.1")


def test_each_operation_has_its_scope_its_errors_and_an_example_body() -> None:
    schemas = yaml.safe_load(FILE.read_text())["components"]["schemas"]
    seen = set()
    for path, method, operation in operations():
        where = f"{method} {path}"
        assert operation["x-scope"] in scopes(), where
        assert {"key": []} in operation["security"], where
        seen.add(operation["x-scope"])
        expected = {"400", "401", "403", "404", "414", "429", "431", "503"}
        expected |= {"409", "413", "415"} if method != "get" else set()
        expected |= {"422"} if method == "post" else set()
        expected |= {"412", "428"} if method in ("patch", "delete") else set()
        assert expected <= set(operation["responses"]), where
        names = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation["parameters"]}
        assert {"RequestId"} | ({"IdempotencyKey", "Reason"} if method == "post" else set()) <= names, where
        if body := operation.get("requestBody"):
            reference = body["content"]["application/json"]["schema"]["$ref"]
            assert schemas[reference.rpartition("/")[2]]["examples"], where
    assert {scope for scope in set(scopes()) - seen if not scope.endswith(":export")} == {"personal:read"}


def test_the_page_of_docs_loads_no_external_files(api: APIClient) -> None:
    page = api.get("/api/v1/docs/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    loaded = re.findall(r"""(?:src|href)="([^"]+)""", page.content.decode())
    assert any("swagger-ui" in url for url in loaded)
    assert [url for url in loaded if "//" in url] == []
    assert APIClient().get("/api/v1/docs/", headers={"Accept": "text/html"}).status_code == 401


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Generate a typed client from the committed file, as another team does."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "config.yaml").write_text("post_hooks: []\n")
    program = Path(sys.executable).with_name("openapi-python-client")
    arguments = ["--path", str(FILE), "--output-path", "typed_client", "--meta", "none", "--config", "config.yaml"]
    done = subprocess.run(
        [str(program), "generate", *arguments, "--fail-on-warning"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield SimpleNamespace(load=lambda name: importlib.import_module(f"typed_client.{name}"))
    sys.path.remove(str(folder))


@pytest.mark.slow
def test_a_generated_typed_client_works(running: Running, everything: str, made: SimpleNamespace) -> None:
    load = made.load
    models = load("models")
    with load("client").AuthenticatedClient(base_url=running.url, token=everything) as client:
        page = load("api.businesses.businesses_list").sync(client=client, page_size=1)
        assert len(page.results) == 1
        assert page.next_.startswith(running.url)
        body = models.BusinessRequest(user=running.alices.user, name="Typed", business_type="retail")
        business = load("api.businesses.businesses_create").sync(client=client, body=body, idempotency_key=str(uuid4()))
        assert (business.name, business.timezone) == ("Typed", "UTC")
        assert business.created_at.utcoffset() is not None

        seen = load("api.businesses.businesses_retrieve").sync_detailed(client=client, id=str(business.id))
        change = models.PatchedBusinessRequest(timezone="Asia/Kolkata")
        update = load("api.businesses.businesses_update")
        changed = update.sync(client=client, id=str(business.id), body=change, if_match=seen.headers["ETag"])
        assert changed.timezone == "Asia/Kolkata"
        stale = update.sync_detailed(client=client, id=str(business.id), body=change, if_match=seen.headers["ETag"])
        assert (stale.status_code, stale.parsed.type_) == (412, "urn:aira:problem:precondition_failed")

        money = models.RecordRequest(
            user=running.alices.user,
            type_=models.TransactionType.DEBIT,
            amount="2.00",
            currency=models.Currency.USD,
            status=models.TransactionStatus.COMPLETED,
        )
        recorded = load("api.transactions.transactions_record").sync(client=client, body=money)
        part = models.RefundRequest(amount="0.50", reason="typed")
        refunded = load("api.transactions.transactions_refund").sync(client=client, id=str(recorded.id), body=part)
        assert (refunded.amount, refunded.refunded_amount) == ("2.00", "0.50")
        more = load("api.transactions.transactions_refund").sync(
            client=client, id=str(recorded.id), body=models.RefundRequest(amount="1.51")
        )
        assert (more.status, more.constraint) == (400, "refund_exceeds_amount")
