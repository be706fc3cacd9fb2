"""Test that every change is recorded with its actor, and that no role can change the record or forge the actor."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors

from tests.database import Database, Sql
from tests.tenant_rows import Rows

EVENTS = "select verb, before, after, actor_kind, actor_id, actor_name from audit.events where row_id = %s order by id"
AUDITED = (
    "appointments",
    "booking_rules",
    "business_numbers",
    "business_v2",
    "documents",
    "transactions",
    "wallets",
)
ROLES = ("anon", "authenticated", "service_role", "voice_agent", "kb_updater", "console")


def history(owner: Sql, row: object) -> list[Any]:
    return owner(EVENTS, str(row)).fetchall()


def test_changes_of_each_table_are_recorded(alices: Rows, owner: Sql) -> None:
    found = owner("select distinct table_name from audit.events where user_id = %s order by 1", alices.user).fetchall()
    assert [name for (name,) in found] == list(AUDITED)


def test_an_update_records_only_the_changed_columns(alices: Rows, as_user: Callable[[UUID], Any], owner: Sql) -> None:
    with as_user(alices.user) as sql:
        sql("update business_v2 set name = 'Casa Alicia', address = null where id = %s", alices.business)
    verb, before, after, kind, who, _ = history(owner, alices.business)[-1]
    assert (verb, kind, who) == ("update", "user", str(alices.user))
    assert set(before) == set(after) <= {"name", "address"}
    assert after["name"] == "Casa Alicia"
    assert before["name"] != "Casa Alicia"


def test_an_update_without_changes_records_no_event(alices: Rows, as_user: Callable[[UUID], Any], owner: Sql) -> None:
    before = history(owner, alices.business)
    with as_user(alices.user) as sql:
        sql("update business_v2 set name = name where id = %s", alices.business)
    assert history(owner, alices.business) == before


def test_a_service_is_recorded_by_its_role(alices: Rows, as_service: Callable[[str], Any], owner: Sql) -> None:
    with as_service("voice_agent") as sql:
        sql("update appointments set notes = 'window seat' where id = %s", alices.appointment)
    with as_service("service_role") as sql:
        sql("delete from documents where id = %s", alices.document)
    assert history(owner, alices.appointment)[-1][3:5] == ("service", "voice_agent")
    verb, before, after, kind, who, _ = history(owner, alices.document)[-1]
    assert (verb, kind, who) == ("update", "service", "service_role")
    assert before == {"deleted_at": None}
    assert after["deleted_at"]


@pytest.mark.parametrize("role", ["authenticated", "service_role", "voice_agent"])
def test_other_roles_cannot_announce_an_actor(database: Database, alices: Rows, owner: Sql, role: str) -> None:
    claims = {"role": role, "sub": str(alices.user)}
    with database.request(role, claims) as sql:
        sql("select set_config('aira.actor', %s, true)", '{"kind": "staff", "id": "mallory"}')
        sql("update appointments set notes = 'forged' where id = %s", alices.appointment)
    assert history(owner, alices.appointment)[-1][3:] == (
        ("user", str(alices.user), None) if role == "authenticated" else ("service", role, None)
    )


def test_the_owner_who_acts_as_a_user_is_recorded_as_the_user(database: Database, alices: Rows, owner: Sql) -> None:
    with database.connect() as connection, connection.transaction():
        connection.execute('select set_config(\'aira.actor\', \'{"kind": "staff", "id": "mallory"}\', true)')
        connection.execute("select set_config('request.jwt.claims', %s, true)", [f'{{"sub": "{alices.user}"}}'])
        connection.execute("set local role authenticated")
        connection.execute("update appointments set notes = 'x' where id = %s", [alices.appointment])
    assert history(owner, alices.appointment)[-1][3:5] == ("user", str(alices.user))


def test_console_announces_for_whom_it_acts(alices: Rows, as_service: Callable[[str], Any], owner: Sql) -> None:
    with as_service("console") as sql:
        sql("select set_config('aira.actor', %s, true)", '{"kind": "staff", "id": "7", "name": "sam", "reason": "T-1"}')
        sql("update business_v2 set is_active = false where id = %s", alices.business)
    with as_service("console") as sql:
        sql("update business_v2 set is_active = true where id = %s", alices.business)
    staff, program = history(owner, alices.business)[-2:]
    assert staff[3:] == ("staff", "7", "sam")
    assert program[3:5] == ("database", "console")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "insert into audit.events (table_name, row_id, verb, actor_kind) values ('x', 'x', 'x', 'x')",
        "update audit.events set reason = 'x'",
        "delete from audit.events",
        "truncate audit.events",
    ],
)
def test_no_role_writes_events(alices: Rows, database: Database, role: str, statement: str) -> None:
    party = database.as_console() if role == "console" else database.request(role, None)
    with pytest.raises(errors.InsufficientPrivilege), party as sql:
        sql(statement)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "console"])
def test_only_console_reads_events(alices: Rows, database: Database, role: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), database.request(role, None) as sql:
        sql("select from audit.events")


def test_the_owner_of_the_schema_cannot_change_events_by_accident(alices: Rows, owner: Sql) -> None:
    leaf = owner("select tableoid::regclass from audit.events limit 1").fetchone()[0]
    for statement in (
        "update audit.events set reason = 'x'",
        "delete from audit.events",
        "truncate audit.events",
        f"update {leaf} set after = null",
        f"delete from {leaf}",
        f"truncate {leaf}",
    ):
        with pytest.raises(errors.InsufficientPrivilege, match="audit events never change"):
            owner(statement)


def test_changes_of_a_rolled_back_transaction_are_not_recorded(database: Database, alices: Rows, owner: Sql) -> None:
    before = history(owner, alices.business)
    with pytest.raises(errors.CheckViolation), database.as_user(alices.user) as sql:
        sql("with one as (update business_v2 set name = 'never' returning id) update appointments set duration = 0")
    assert history(owner, alices.business) == before


def test_the_ledger_records_postings_and_the_audit_records_a_stopped_wallet(
    alices: Rows, as_service: Callable[[str], Any], owner: Sql
) -> None:
    wallet = owner("select id from wallets where user_id = %s", alices.user).fetchone()[0]
    events = len(history(owner, wallet))
    with as_service("service_role") as sql:
        sql("select record_transaction(%s, 'credit', 10, 'USD', 'completed')", alices.user)
    assert len(history(owner, wallet)) == events
    with as_service("service_role") as sql:
        sql("update wallets set is_active = false where id = %s", wallet)
    assert history(owner, wallet)[-1][1:3] == ({"is_active": True}, {"is_active": False})


def test_a_new_password_is_recorded_without_its_value(owner: Sql) -> None:
    owner(
        "insert into console.staff_users (id, password, is_superuser, username, first_name, last_name, email, is_staff,"
        " is_active, date_joined) values ('00000000-0000-4000-8000-000000000001', 'pbkdf2-one', false, 'sam', '', '',"
        " '', true, true, now())"
    )
    owner("update console.staff_users set password = 'pbkdf2-two'")
    owner("update console.staff_users set last_login = now()")
    made, changed = history(owner, "00000000-0000-4000-8000-000000000001")
    assert made[2]["username"] == "sam"
    assert changed[1:3] == ({"password": "not recorded"}, {"password": "not recorded"})
    assert owner("select count(*) from audit.events where after::text like '%%pbkdf2%%'").fetchone() == (0,)


def test_changes_of_staff_permissions_are_recorded(owner: Sql) -> None:
    # The migrations made groups before.
    before = owner("select coalesce(max(id), 0) from audit.events").fetchone()[0]
    owner("insert into console.auth_group (name) values ('night shift')")
    owner(
        "insert into console.auth_group_permissions (group_id, permission_id)"
        " select g.id, p.id from console.auth_group g, console.auth_permission p"
        " where g.name = 'night shift' order by p.id limit 1"
    )
    found = owner(
        "select table_name, verb from audit.events where table_name like 'auth_group%%' and id > %s order by id", before
    )
    assert found.fetchall() == [("auth_group", "insert"), ("auth_group_permissions", "insert")]


def test_a_new_address_of_a_service_is_recorded_and_its_last_answer_is_not(
    as_service: Callable[[str], Any], owner: Sql
) -> None:
    with as_service("console") as sql:
        sql("insert into service_endpoints (name, base_url) values ('kb_updater', 'https://kb.example.com')")
        sql("update service_endpoints set last_success_at = now()")
        sql("update service_endpoints set base_url = 'https://kb2.example.com'")
    assert [row[0] for row in history(owner, "kb_updater")] == ["insert", "update"]


def test_a_redaction_can_only_remove_values(alices: Rows, database: Database) -> None:
    said = "select set_config('aira.redaction', pg_current_xact_id()::text, true)"
    for change in (
        "actor_id = 'somebody else'",
        "user_id = null, reason = null",
        'after = after || \'{"name": "forged"}\', reason = null',
        'before = \'{"name": "forged"}\', reason = null',
        "reason = 'forged'",
    ):
        with database.connect() as connection, connection.transaction(force_rollback=True):
            connection.execute(said)
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"update audit.events set {change} where table_name = 'business_v2'")
    with database.connect() as connection, connection.transaction():
        connection.execute(said)
        emptied = connection.execute("update audit.events set after = null where table_name = 'business_v2'")
        assert emptied.rowcount > 0
