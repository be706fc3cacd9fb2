"""Users find their own documents by file names."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.database import Sql
from tests.tenant_rows import Rows


@pytest.fixture
def shelf(alices: Rows, owner: Sql) -> Rows:
    for name in ("Speisekarte_Größe-2027.final.pdf", "opening-hours.docx"):
        owner(
            "insert into documents (business_id, file_name, file_path) values (%s, %s, 'up/1')", alices.business, name
        )
    owner("refresh materialized view analytics.document_words")
    return alices


def found(sql: Sql, text: str) -> list[str]:
    return [name for (name,) in sql("select file_name from search_documents(%s)", text).fetchall()]


def test_a_search_for_a_number_finds_no_similar_numbers(shelf: Rows, as_user: Callable[..., Any]) -> None:
    with as_user(shelf.user) as sql:
        assert found(sql, "2072") == []
        assert found(sql, "2028") == []


@pytest.mark.parametrize("text", ["speisekarte", "2027 speise", "GROSSE", "speisekarte.final.pdf", "spiesekarte"])
def test_a_file_is_found_by_the_parts_of_its_name(shelf: Rows, as_user: Callable[..., Any], text: str) -> None:
    with as_user(shelf.user) as sql:
        assert found(sql, text) == ["Speisekarte_Größe-2027.final.pdf"]


def test_bob_does_not_find_alices_documents(shelf: Rows, bobs: Rows, as_user: Callable[..., Any]) -> None:
    with as_user(bobs.user) as sql:
        assert found(sql, "speisekarte") == []


def test_a_search_does_not_find_documents_in_the_trash(shelf: Rows, as_user: Callable[..., Any]) -> None:
    with as_user(shelf.user) as sql:
        sql("delete from documents where file_name like 'open%%'")
        assert found(sql, "hours") == []


def test_the_webhook_does_not_contain_search_columns(shelf: Rows, owner: Sql) -> None:
    bodies = owner("select body from private.webhook_deliveries").fetchall()
    assert len(bodies) >= 2
    for (body,) in bodies:
        record = json.loads(body)["record"]
        assert "file_name" in record
        assert "search" not in record
