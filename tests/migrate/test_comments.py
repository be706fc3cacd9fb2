"""Test that every object of `public` has a comment from its source."""

from typing import Any

import pytest
from django.db import connections

from aira.devtools.types import written
from aira.migrate import comments
from tests.conftest import migrate
from tests.database import Database


def said(database: Database) -> dict[tuple[str, str], str | None]:
    found = database.owner("set search_path = ''") and database.owner(comments.OBJECTS).fetchall()
    return {(kind, identity): comment for kind, _, _, identity, comment in found}


def test_every_object_has_the_comment_of_its_source(direct: Any) -> None:
    # The difference and the expected comment. None means that no source has one.
    assert list(comments.missing("direct")) == []


def test_every_kind_of_object_is_compared(database: Database) -> None:
    objects = said(database)
    kinds = {kind for kind, _ in objects}
    assert kinds == {"table", "view", "column", "function", "type"}
    for expected in (
        ("table", "public.appointments"),
        ("view", "public.spending_by_day"),
        ("column", "public.spending_by_day.topped_up"),
        ("column", "public.transactions.amount"),
        ("type", "public.transaction_status"),
        ("function", "public.document_started(uuid,integer)"),
    ):
        assert objects[expected], expected
    assert len(objects) > 150


def test_a_comment_is_a_sentence(database: Database) -> None:
    for (kind, identity), comment in said(database).items():
        assert comment, identity
        assert comment[0].isupper() or comment.startswith(("{", "restaurant", "opening")), (identity, comment)
        assert comment.endswith("."), (identity, comment)
        if kind == "column":
            assert len(comment) <= 160, (identity, comment)


@pytest.mark.parametrize("change", ["null", "'other'"])
def test_a_comment_changed_by_hand_is_drift_and_migrate_restores_it(
    database: Database, django_db_blocker: Any, change: str
) -> None:
    before = said(database)
    database.owner(f"comment on column public.appointments.duration is {change}")
    database.owner(f"comment on type public.appointment_status is {change}")
    assert said(database) != before
    with django_db_blocker.unblock():
        migrate(database.name)
    assert said(database) == before


def test_objects_of_others_in_public_are_ignored(direct: Any, database: Database) -> None:
    database.owner("create table public.theirs (id integer)")
    database.owner("comment on table public.theirs is 'ours'")
    comments.write("direct")
    assert said(database)["table", "public.theirs"] == "ours"
    assert said(database)["column", "public.theirs.id"] is None
    assert [identity for _, identity, _, _ in comments.missing("direct")] == ["public.theirs.id", "public.theirs"]


def test_a_missing_column_does_not_stop_the_other_comments(
    database: Database, django_db_blocker: Any, direct: Any
) -> None:
    database.owner("alter table public.wallets rename column held_inr to another")
    comments.write("direct")
    assert said(database)["column", "public.wallets.another"] == said(database)[
        "column", "public.wallets.held_usd"
    ].replace("US dollars", "Indian rupees")


def test_generated_types_contain_the_comments(direct: Any) -> None:
    for name, text in written("direct").items():
        for comment in (
            "Duration in minutes, 1 to 1440.",
            "The prepaid balance of an account. Only the posting trigger changes balances; no role may write them.",
            "Money that came into the wallet.",
            "Check whether a business can take an appointment at a time.",
            "Type of a transaction: a credit adds to the wallet, a debit takes from it.",
        ):
            assert comment in text, f"{name}: {comment}"


def test_comments_survive_a_connection_with_another_search_path(direct: Any) -> None:
    with connections["direct"].cursor() as cursor:
        cursor.execute("set search_path = public")
    assert list(comments.missing("direct")) == []
