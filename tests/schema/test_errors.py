"""Test that errors of the database become sentences about the right field."""

from django.apps import apps
from django.db import connection

from aira.api.urls import router
from aira.schema.errors import FIELDS, constraint_fields, constraint_messages

FOREIGN_KEYS = """
    select c.conname from pg_catalog.pg_constraint c join pg_catalog.pg_class t on t.oid = c.conrelid
    where c.contype = 'f' and c.connamespace = 'public'::pg_catalog.regnamespace and t.relname = any (%s)"""


def written() -> list[str]:
    """List the tables that the API writes."""
    views = [view for _, view, _ in router.registry if hasattr(view, "bulk")]
    return [view.queryset.model._meta.db_table for view in views]


def names(query: str, *params: object) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return {name for (name,) in cursor.fetchall()}


def test_each_foreign_key_of_the_api_names_its_field_and_the_error(db: None) -> None:
    found = names(FOREIGN_KEYS, written())
    assert len(found) >= 8
    assert sorted(found - set(FIELDS)) == []
    assert sorted(found - set(constraint_messages())) == []


def test_each_named_field_belongs_to_a_model() -> None:
    known = {field.name for model in apps.get_models() for field in model._meta.get_fields()}
    for constraint, field in (FIELDS | constraint_fields()).items():
        assert field in known, constraint


def test_a_rule_over_one_column_belongs_to_its_field() -> None:
    found = constraint_fields()
    for constraint, field in {
        "business_type_known": "business_type",
        "appointment_duration_in_range": "duration",
        "booking_capacity_in_range": "capacity",
        "number_cost_not_negative": "monthly_cost",
        "document_size_not_negative": "file_size",
    }.items():
        assert found[constraint] == field
    # A rule over several columns belongs to none of them.
    assert "booking_buffers_in_range" not in found
