"""A role that inherits from authenticated has the rights of a user and not those of a service."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows

pytestmark = pytest.mark.changes_server


@pytest.fixture
def premium(database: Database) -> Iterator[str]:
    name = f"premium_{uuid4().hex[:12]}"
    database.owner(f"create role {name}")
    database.owner(f"grant authenticated to {name}")
    yield name
    database.owner(f"drop role {name}")


@pytest.fixture
def bob(database: Database, bobs: Rows, premium: str) -> Iterator[psycopg.Connection[Any]]:
    with database.connect() as connection:
        connection.execute(f"set role {premium}")
        connection.execute("select set_config('request.jwt.claim.sub', %s, false)", [str(bobs.user)])
        connection.execute(
            "select set_config('request.jwt.claims', json_build_object('sub', %s::text)::text, false)", [str(bobs.user)]
        )
        yield connection


def test_an_inheriting_role_reaches_only_its_users_rows(
    bob: psycopg.Connection[Any], alices: Rows, bobs: Rows, database: Database
) -> None:
    for whose, outcome in ((alices, "unknown_appointment"), (bobs, "cancelled")):
        cancelled = bob.execute("select outcome from public.cancel_appointment(%s)", [whose.appointment]).fetchone()
        assert cancelled == (outcome,)
    booked = bob.execute(
        "select outcome from public.book_appointment(%s, now() + interval '40 days', 'x')", [alices.business]
    ).fetchone()
    assert booked == ("unknown_business",)
    when = "now() + interval '40 days'"
    assert bob.execute(f"select public.check_appointment_time(%s, {when})", [alices.business]).fetchone() == (
        "unknown_business",
    )
    slots = "select count(*) from public.available_slots(%s, now(), now() + interval '20 days')"
    assert bob.execute(slots, [alices.business]).fetchone() == (0,)
    assert bob.execute(slots, [bobs.business]).fetchone() > (0,)


def test_an_inheriting_role_can_not_write_for_another_account(
    bob: psycopg.Connection[Any], alices: Rows, bobs: Rows
) -> None:
    insert = "insert into public.documents (business_id, user_id, file_name, file_path) values (%s, %s, 'x', %s) returning user_id"
    for user, state in ((bobs.user, "23503"), (alices.user, "42501")):
        with pytest.raises(psycopg.Error) as error:
            bob.execute(insert, [alices.business, user, f"{alices.business}/x"])
        assert error.value.sqlstate == state
    with pytest.raises(psycopg.errors.CheckViolation) as elsewhere:
        bob.execute(insert, [bobs.business, bobs.user, f"{alices.business}/x"])
    assert elsewhere.value.diag.constraint_name == "document_path_in_business"
    own = bob.execute(
        "insert into public.documents (business_id, file_name, file_path) values (%s, 'x', %s) returning user_id",
        [bobs.business, f"{bobs.business}/x"],
    ).fetchone()
    assert own == (bobs.user,)


def test_an_inheriting_role_does_not_find_other_tenants_rows(
    bob: psycopg.Connection[Any], database: Database, alices: Rows
) -> None:
    [name] = database.owner(
        "select customer_name from public.appointments where id = %s", alices.appointment
    ).fetchone()
    found = bob.execute("select id from public.search_appointments(%s)", [name]).fetchall()
    assert (alices.appointment,) not in found
