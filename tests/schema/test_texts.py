"""Test that every text that a role may write has a limit, and that names contain only visible characters."""

import json
from typing import Any

import psycopg
import pytest

from aira.schema.errors import constraint_messages, explain, field_of
from tests.database import Database
from tests.tenant_rows import Rows

LONG = "x" * 300_000
REFUSED = psycopg.errors.CheckViolation


def written_texts(database: Database) -> list[tuple[str, str, str]]:
    """Return table, column and type of each text and JSON of public that a role may write."""
    return database.owner(
        """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attgenerated = ''
          and a.atttypid = any(array['text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea', 'text[]']::regtype[])
          and exists (select from pg_roles r
                      where r.rolname in ('authenticated', 'service_role', 'voice_agent', 'kb_updater', 'console')
                        and has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT,UPDATE'))
        order by 1, 2
        """
    ).fetchall()


def test_every_text_of_public_has_a_limit(database: Database, alices: Rows) -> None:
    columns = written_texts(database)
    assert len(columns) > 35
    for table, column, kind in columns:
        value = LONG if kind == "text" else json.dumps({"x": LONG} if column != "features" else [LONG])
        with pytest.raises(REFUSED) as refused:
            database.owner(f"update public.{table} set {column} = %s::{kind} where id = %s", value, alices.of(table))
        rule = refused.value.diag.constraint_name
        assert rule, f"{table}.{column}"
        # The name of the field in the message.
        assert refused.value.diag.message_hint or rule in constraint_messages(), rule
        assert field_of(refused.value.diag) == column, rule


@pytest.mark.parametrize(
    ("table", "column", "limit"),
    [
        ("business_v2", "name", 200),
        ("business_v2", "description", 10_000),
        ("business_v2", "address", 500),
        ("business_numbers", "display_name", 200),
        ("business_numbers", "country_code", 10),
        ("business_numbers", "notes", 10_000),
        ("business_numbers", "twilio_sid", 255),
        ("appointments", "customer_name", 200),
        ("appointments", "customer_phone", 40),
        ("appointments", "external_id", 255),
        ("appointments", "service_type", 200),
        ("appointments", "notes", 10_000),
        ("documents", "file_name", 255),
        ("documents", "file_path", 1024),
        ("documents", "mime_type", 255),
        ("documents", "vector_db_id", 255),
        ("documents", "processing_error", 10_000),
        ("transactions", "description", 10_000),
        ("transactions", "stripe_payment_intent_id", 255),
    ],
)
def test_a_text_may_have_its_maximum_length_and_no_more(
    database: Database, alices: Rows, table: str, column: str, limit: int
) -> None:
    update = f"update public.{table} set {column} = repeat('x', %s) where id = %s"
    database.owner(update, limit, alices.of(table))
    with pytest.raises(REFUSED):
        database.owner(update, limit + 1, alices.of(table))


def test_lengths_are_counted_in_characters(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        assert sql("update public.business_v2 set name = repeat('ü', 200)").rowcount == 1
        assert sql("update public.business_v2 set name = repeat('日', 200)").rowcount == 1


UNSEEN = {
    "newline": "\n",
    "escape": "\x1b",
    "delete": "\x7f",
    "C1": "\x9b",
    "soft hyphen": "\u00ad",
    "zero width space": "\u200b",
    "joiner beside ASCII": "\u200d",
    "right-to-left mark": "\u200f",
    "line separator": "\u2028",
    "right-to-left override": "\u202e",
    "word joiner": "\u2060",
    "isolate": "\u2066",
    "byte order mark": "\ufeff",
    "tag": "\U000e0041",
}
NAMES = [
    ("business_v2", "name", "business_name_readable"),
    ("business_numbers", "display_name", "number_display_name_readable"),
    ("appointments", "customer_name", "appointment_name_readable"),
    ("appointments", "service_type", "appointment_service_readable"),
    ("documents", "file_name", "document_file_name_readable"),
    ("documents", "file_path", "document_path_is_safe"),
]


@pytest.mark.parametrize(("table", "column", "rule"), NAMES)
def test_a_name_with_invisible_characters_is_refused(
    database: Database, alices: Rows, table: str, column: str, rule: str
) -> None:
    for what, character in UNSEEN.items():
        with pytest.raises(REFUSED) as refused:
            database.owner(f"update public.{table} set {column} = %s where id = %s", f"a{character}b", alices.of(table))
        assert refused.value.diag.constraint_name == rule, what


@pytest.mark.parametrize(
    "name",
    [
        "Müller & Söhne",
        "می‌خواهم",
        "ക്‍ഷ",
        "東京 2号店",
        "👩‍👩‍👧 Café",
        "❤️‍🔥 Grill",
        "O'Brien-Łukasz",
        "שלום",
        "Zoë's “Bar” №1",
    ],
)
def test_names_of_every_script_are_accepted(database: Database, alices: Rows, name: str) -> None:
    with database.as_user(alices.user) as sql:
        assert sql("update public.business_v2 set name = %s returning name", name).fetchone() == (name,)


def test_notes_may_have_several_lines(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        assert sql("update public.appointments set notes = E'one\\n\\ttwo'").rowcount == 1
        assert sql("update public.business_v2 set description = E'one\\ntwo', address = E'1 Road\\nTown'").rowcount == 1


WEB = [
    ("business_v2", "website"),
    ("business_v2", "logo_url"),
    ("business_numbers", "sms_url"),
    ("business_numbers", "status_callback_url"),
    ("business_numbers", "voice_url"),
]


@pytest.mark.parametrize(("table", "column"), WEB)
def test_an_address_is_http_or_https(database: Database, alices: Rows, table: str, column: str) -> None:
    update = f"update public.{table} set {column} = %s where id = %s"
    for value in (None, "https://www.example.com", "HTTPS://example.com:8443/a/b?c=d#e", "https://münchen.example/ä"):
        database.owner(update, value, alices.of(table))
    for value in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.com",
        "//example.com",
        "www.example.com",
        "https://",
        "https://user@example.com",
        "https://exa mple.com",
        "https://example.com\\@evil.example",
        "https://example.com/\u202egnp.exe",
        "https://example.com/" + "x" * 2048,
    ):
        with pytest.raises(REFUSED):
            database.owner(update, value, alices.of(table))


@pytest.mark.parametrize(("table", "column"), [("business_v2", "email"), ("appointments", "customer_email")])
def test_an_email_looks_like_one(database: Database, alices: Rows, table: str, column: str) -> None:
    update = f"update public.{table} set {column} = %s where id = %s"
    for value in (None, "", "maria@example.com", "o'brien+x@mail.example", "jürgen@münchen.example", "a@b"):
        database.owner(update, value, alices.of(table))
    for value in (
        "maria",
        "@example.com",
        "maria@",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a\n@b",
        "a\u200bb@c",
        "x" * 251 + "@b.c",
    ):
        with pytest.raises(REFUSED) as refused:
            database.owner(update, value, alices.of(table))
        assert refused.value.diag.constraint_name in ("business_email_is_address", "appointment_email_is_address")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("business_numbers", "twilio_sid"),
        ("business_numbers", "twilio_account_sid"),
        ("transactions", "stripe_payment_intent_id"),
    ],
)
def test_an_id_of_another_service_is_one_part_of_a_path(
    database: Database, alices: Rows, table: str, column: str
) -> None:
    update = f"update public.{table} set {column} = %s where id = %s"
    for value in ("..", "../pi_1", "pi/1", "pi?x", "pi#x", "pi%2f", "pi 1", "http://169.254.169.254/"):
        with pytest.raises(REFUSED) as refused:
            database.owner(update, value, alices.of(table))
        assert str(refused.value.diag.constraint_name).endswith("_is_id")
    database.owner(update, "PN0123456789abcdef_x-1", alices.of(table))


def test_a_long_error_or_reason_is_shortened_and_not_refused(database: Database, alices: Rows) -> None:
    with database.as_service("kb_updater") as sql:
        failed = sql("select document_failed(%s, 1, %s)", alices.document, LONG).fetchone()
    assert failed == ("failed",)
    with database.as_service("voice_agent") as sql:
        cancelled = sql("select outcome from cancel_appointment(%s, %s)", alices.appointment, LONG).fetchone()
    assert cancelled == ("cancelled",)
    kept = database.owner("select length(processing_error) from public.documents").fetchone()
    assert kept == (10_000,)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "100000000", "99999999.995", "1e20", "0", "-5"])
def test_an_amount_beyond_the_column_is_refused_by_its_rule(database: Database, alices: Rows, amount: str) -> None:
    with pytest.raises(REFUSED) as refused, database.as_service("service_role") as sql:
        sql("select * from record_transaction(%s, 'credit', %s::numeric, 'USD')", alices.user, amount)
    assert refused.value.diag.constraint_name == "transaction_amount_positive"
    assert refused.value.diag.column_name == "amount"


def test_a_plain_insert_beyond_the_column_is_explained(django_user: Any) -> None:
    message, status = django_user
    assert message == "A number is too large. An amount is at most 99,999,999.99."
    assert status == 400


@pytest.fixture
def django_user(db: None, alice: Any) -> tuple[str, int]:
    from django.db import DatabaseError, connection, transaction

    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into public.transactions (user_id, type, amount, currency) values (%s, 'credit', 1e9, 'USD')",
            [alice],
        )
    refusal = explain(refused.value)
    assert refusal
    return refusal.message, refusal.status


def test_the_audit_keeps_the_beginning_length_and_hash_of_a_long_value(database: Database, alices: Rows) -> None:
    import hashlib

    notes = "Zoë, " * 1500
    with database.as_user(alices.user) as sql:
        sql("update public.appointments set notes = %s", notes)
        sql("update public.appointments set notes = 'short'")
    before, after = database.owner(
        "select before -> 'notes', after -> 'notes' from audit.events where table_name = 'appointments'"
        " and verb = 'update' order by id desc limit 1"
    ).fetchone()
    assert after == "short"
    assert before == {
        "cut": True,
        "begins": notes[:500],
        "length": len(notes),
        "sha256": hashlib.sha256(notes.encode()).hexdigest(),
    }
    kept = database.owner("select max(length(before::text || after::text)) from audit.events").fetchone()
    assert kept[0] < 5000


def test_the_audit_keeps_short_values_unchanged(database: Database, alices: Rows) -> None:
    notes = "x" * 2000
    hours = {"closures": [{"from": f"20{n}-01-01T00:00", "to": f"20{n}-01-02T00:00"} for n in range(30, 80)]}
    with database.as_user(alices.user) as sql:
        sql("update public.appointments set notes = %s", notes)
        sql("update public.business_v2 set business_hours = %s", json.dumps(hours))
    kept = database.owner(
        "select after ->> 'notes', after -> 'business_hours' from audit.events where verb = 'update' order by id desc limit 2"
    ).fetchall()
    assert kept == [(None, hours), (notes, None)]
