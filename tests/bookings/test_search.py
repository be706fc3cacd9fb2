"""Users find their own appointments by words, phone numbers and e-mails."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg import errors

from tests.database import Database, Sql
from tests.tenant_rows import Rows

ODD = (
    "",
    "   ",
    "'",
    '"',
    ":*",
    "&|!",
    "a & b |",
    "\\",
    "(",
    "%_",
    "x" * 10_000,
    "–",
    "☎",
    "日本",
    "<->",
    "1:A",
)


@pytest.fixture
def diary(alices: Rows, owner: Sql) -> Rows:
    for day, (name, phone, email, notes) in enumerate(
        (
            ("María Montoya", "+49 171 123-45 67", "maria@example.org", "Window seat"),
            ("John O'Brien", "(415) 555-0142", "john.obrien@example.com", None),
            ("Jonas Smith", None, None, "nut allergy"),
        )
    ):
        owner(
            "insert into appointments (business_id, customer_name, customer_phone, customer_email, notes, scheduled_at,"
            " external_id) values (%s, %s, %s, %s, %s, '2031-01-01 10:00Z'::timestamptz + %s * interval '1 day', %s)",
            alices.business,
            name,
            phone,
            email,
            notes,
            day,
            f"CA{day}ABCdef",
        )
    owner("refresh materialized view analytics.appointment_words")
    return alices


def found(sql: Sql, text: str | None, function: str = "search_appointments") -> list[str]:
    return [name for (name,) in sql(f"select customer_name from {function}(%s)", text).fetchall()]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("maria", "María Montoya"),
        ("MONTOYA, María", "María Montoya"),
        ("montoya mar", "María Montoya"),
        ("obri", "John O'Brien"),
        ("o'brien", "John O'Brien"),
        ("0171 1234567", "María Montoya"),
        ("+491711234567", "María Montoya"),
        ("0049 171 / 1234567", "María Montoya"),
        ("415-555-0142", "John O'Brien"),
        ("5550142", "John O'Brien"),
        ("john.obrien@example.com", "John O'Brien"),
        ("ca1abcdef", "John O'Brien"),
        ("allergy", "Jonas Smith"),
    ],
)
def test_alice_finds_an_appointment_by_any_of_its_words(
    diary: Rows, as_user: Callable[..., Any], text: str, name: str
) -> None:
    with as_user(diary.user) as sql:
        assert found(sql, text) == [name]


@pytest.mark.parametrize("text", ["monotya", "montoia", "montya", "mmontoya", "montoiya maria"])
def test_a_name_with_typos_is_found(diary: Rows, as_user: Callable[..., Any], text: str) -> None:
    with as_user(diary.user) as sql:
        assert found(sql, text) == ["María Montoya"]


def test_names_as_they_are_written_come_before_those_that_are_spelled_alike(
    diary: Rows, as_user: Callable[..., Any]
) -> None:
    with as_user(diary.user) as sql:
        assert found(sql, "jon") == ["Jonas Smith"]
        assert found(sql, "jhon") == ["John O'Brien"]


def test_the_name_counts_for_more_than_the_notes(diary: Rows, as_user: Callable[..., Any], owner: Sql) -> None:
    owner("update appointments set notes = 'asks for Montoya' where customer_name = 'Jonas Smith'")
    with as_user(diary.user) as sql:
        assert found(sql, "montoya") == ["María Montoya", "Jonas Smith"]


def test_bob_does_not_find_alices_rows(diary: Rows, bobs: Rows, as_user: Callable[..., Any]) -> None:
    with as_user(bobs.user) as sql:
        for text in ("montoya", "monotya", "5550142", "john.obrien@example.com"):
            assert found(sql, text) == []
            assert sql("select from private.find_appointments(%s, %s, 10)", text, diary.business).rowcount == 0


def test_a_search_does_not_find_rows_in_the_trash(diary: Rows, as_user: Callable[..., Any], as_service: Any) -> None:
    with as_user(diary.user) as sql:
        sql("delete from appointments where customer_name = 'Jonas Smith'")
        assert found(sql, "jonas") == []
    with as_service("service_role") as sql:
        assert found(sql, "jonas") == []
        assert found(sql, "montoya") == ["María Montoya"]


def test_trash_that_matches_better_hides_nothing_from_console(diary: Rows, as_service: Any, owner: Sql) -> None:
    owner(
        "insert into appointments (business_id, customer_name, scheduled_at, status, deleted_at) select %s, 'Nora',"
        " now() + n * interval '1 hour', 'cancelled', now() from generate_series(1, 40) n",
        diary.business,
    )
    owner("update appointments set notes = 'Nora comes along' where customer_name like 'Jonas%%'")
    with as_service("console") as sql:
        assert found(sql, "nora") == ["Jonas Smith"]


def test_a_search_with_a_business_finds_only_its_appointments(diary: Rows, as_user: Callable[..., Any]) -> None:
    with as_user(diary.user) as sql:
        find = "select from search_appointments('montoya', %s)"
        assert sql(find, diary.business).rowcount == 1
        assert sql(find, diary.user).rowcount == 0


def test_no_character_between_words_or_behind_them_ends_a_search(diary: Rows, owner: Sql) -> None:
    """PostgreSQL 15 to 17 end a word of a query at any white space and refuse the rest."""
    everything = "from generate_series(128, 131071) n where n not between 55296 and 57343"
    counted = owner(
        "select count(private.search_query('tower' || chr(n) || 'west')), count(private.search_query('tower' || chr(n)))"
        f" {everything}"
    )
    assert counted.fetchone() == (131072 - 128 - 2048,) * 2


@pytest.mark.parametrize("space", "\u0085\u00a0\u1680\u2003\u2028\u202f\u205f\u3000")
def test_every_kind_of_white_space_separates_words(diary: Rows, as_user: Callable[..., Any], space: str) -> None:
    with as_user(diary.user) as sql:
        assert found(sql, f"montoya{space}maría{space}") == ["María Montoya"]


@pytest.mark.parametrize("text", [*ODD, None])
def test_a_text_without_words_finds_nothing(diary: Rows, as_user: Callable[..., Any], text: str | None) -> None:
    with as_user(diary.user) as sql:
        assert found(sql, text) == []


@pytest.mark.parametrize(("limit", "rows"), [(1, 1), (0, 1), (-5, 1), (None, 4), (1000, 4)])
def test_the_limit_of_a_search_is_between_1_and_100(
    diary: Rows, as_user: Callable[..., Any], owner: Sql, limit: int | None, rows: int
) -> None:
    owner("update appointments set notes = 'everybody'")
    with as_user(diary.user) as sql:
        assert sql("select from search_appointments('everybody', p_limit => %s)", limit).rowcount == rows


@pytest.mark.parametrize("role", ["anon", "voice_agent", "kb_updater"])
def test_other_roles_can_not_search_appointments(database: Database, diary: Rows, role: str) -> None:
    for call in ("search_appointments('x')", "search_documents('x')", "private.search('x')"):
        with pytest.raises(errors.InsufficientPrivilege), database.request(role, None) as sql:
            sql(f"select {call}")


def test_a_user_without_an_id_finds_nothing(database: Database, diary: Rows) -> None:
    with database.request("authenticated", {"role": "authenticated"}) as sql:
        assert found(sql, "montoya") == []


def test_a_booking_with_the_longest_note_is_accepted(diary: Rows, as_user: Callable[..., Any]) -> None:
    longest = " ".join(f"w{number}" for number in range(3000))[:10_000]
    with as_user(diary.user) as sql:
        assert sql("update appointments set notes = %s where customer_name like 'Jonas%%'", longest).rowcount == 1
        assert sql("update business_v2 set description = %s", longest).rowcount == 1
        assert found(sql, "w17") == ["Jonas Smith"]
