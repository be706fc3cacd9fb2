"""Define the intended access of each role, written by hand from CONTRACT.md, and check a database against it.

The checks run in one transaction of the owner and act as each role in turn, so that a mutation can be tried and rolled
back.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg

from aira.advisor import inspect

Connection = psycopg.Connection[Any]
ROLES = ("anon", "authenticated", "voice_agent", "kb_updater", "service_role", "console")

BUSINESS = {
    "name",
    "business_type",
    "description",
    "email",
    "phone_number",
    "address",
    "website",
    "logo_url",
    "is_active",
    "timezone",
    "business_hours",
}
NUMBER = {
    "business_id",
    "phone_number",
    "display_name",
    "country_code",
    "number_type",
    "twilio_sid",
    "twilio_account_sid",
    "voice_url",
    "sms_url",
    "status_callback_url",
    "capabilities",
    "is_primary",
    "is_active",
    "provider",
    "purchase_date",
    "monthly_cost",
    "features",
    "notes",
}
APPOINTMENT = {
    "business_id",
    "customer_name",
    "customer_phone",
    "customer_email",
    "scheduled_at",
    "duration",
    "status",
    "source",
    "external_id",
    "notes",
    "service_type",
}
RULES = {"business_id", "capacity", "buffer_before", "buffer_after", "min_notice", "slot_step", "max_days_ahead"}
FILE = {"business_id", "file_name", "file_path", "file_size", "mime_type"}
PROCESSING = {"processing_status", "processing_error", "vector_db_id", "chunk_count"}
KEYS = {"id", "user_id", "created_at", "updated_at"}
# Clients that upsert whole rows send these columns. Policies and keep_id refuse other values.
OWN = {"id", "user_id"}
ALL = {"*"}

# table → role → the columns it may select, insert, update (ALL: every one), and whether it may delete.
MAY: dict[str, dict[str, tuple[set[str], set[str], set[str], bool]]] = {
    "business_v2": {
        "authenticated": (ALL, BUSINESS | OWN, BUSINESS | OWN, True),
        "voice_agent": (ALL, set(), set(), False),
        "kb_updater": ({"id", "name"}, set(), set(), False),
        "service_role": (ALL, BUSINESS | KEYS, BUSINESS | KEYS, True),
        "console": (ALL, ALL, ALL, True),
    },
    "business_numbers": {
        "authenticated": (ALL, set(), {"display_name", "notes", "is_primary", "business_id"}, False),
        "voice_agent": (ALL, set(), set(), False),
        "service_role": (ALL, NUMBER | KEYS, NUMBER | KEYS, True),
        "console": (ALL, ALL, ALL, True),
    },
    "wallets": {
        "authenticated": (ALL, set(), set(), False),
        "service_role": (ALL, {"user_id", "currency", "is_active"}, {"currency", "is_active"}, False),
        "console": (ALL, {"user_id", "currency", "is_active"}, {"currency", "is_active"}, False),
    },
    "transactions": {
        "authenticated": (ALL, set(), set(), False),
        "service_role": (ALL, ALL, ALL, False),
        "console": (ALL, ALL, ALL, False),
    },
    "ledger_entries": {
        "authenticated": (ALL, set(), set(), False),
        "service_role": (ALL, set(), set(), False),
        "console": (ALL, set(), set(), False),
    },
    "appointments": {
        "authenticated": (ALL, APPOINTMENT | OWN, APPOINTMENT | OWN, True),
        "voice_agent": (ALL, APPOINTMENT | OWN, APPOINTMENT, False),
        "service_role": (ALL, APPOINTMENT | KEYS, APPOINTMENT | KEYS, True),
        "console": (ALL, ALL, ALL, True),
    },
    "booking_rules": {
        "authenticated": (ALL, RULES | OWN, RULES | OWN, True),
        "voice_agent": (ALL, set(), set(), False),
        "service_role": (ALL, ALL, ALL, True),
        "console": (ALL, ALL, ALL, True),
    },
    "documents": {
        "authenticated": (ALL, FILE | OWN, {"file_name"}, True),
        "kb_updater": (ALL, set(), PROCESSING, False),
        "service_role": (
            ALL,
            FILE | PROCESSING | KEYS | {"attempts", "processing_started_at"},
            FILE | PROCESSING | KEYS | {"attempts", "processing_started_at"},
            True,
        ),
        "console": (ALL, ALL, ALL, True),
    },
    "private.refunds": {"console": (ALL, set(), set(), False)},
    "private.payments": {"console": (ALL, set(), set(), False)},
    "private.payment_facts": {"console": (ALL, set(), set(), False)},
    "private.booking_diaries": {"console": (ALL, set(), set(), False)},
    "private.service_endpoints": {"console": (ALL, ALL, ALL, True)},
    "private.webhook_deliveries": {"console": (ALL, set(), ALL, False)},
    "private.delivery_attempts": {"console": (ALL, ALL, set(), False)},
    "private.events": {"console": (ALL, set(), set(), False)},
    "private.row_changes": {"console": (ALL, set(), set(), False)},
    "private.row_positions": {"console": (ALL, set(), set(), False)},
    "private.sync_state": {"console": (ALL, set(), set(), False)},
    "private.webhook_subscriptions": {"console": (ALL, ALL, ALL, False)},
    "private.archives": {"console": (ALL, set(), set(), False)},
    "private.statements": {"console": (ALL, set(), set(), False)},
    "private.statement_samples": {"console": (ALL, set(), set(), False)},
    "private.statement_snapshots": {"console": (ALL, set(), set(), False)},
    "private.lock_waits": {"console": (ALL, set(), set(), False)},
    "private.relation_sizes": {"console": (ALL, set(), set(), False)},
    "private.index_uses": {"console": (ALL, set(), set(), False)},
    "audit.events": {"console": (ALL, set(), set(), False)},
    "audit.seals": {"console": (ALL, set(), set(), False)},
    "audit.redactions": {"console": (ALL, set(), set(), False)},
    "audit.anchors": {"console": (ALL, set(), {"sent"}, False)},
    "private.analytics_refreshes": {"console": (ALL, set(), set(), False)},
}
# Views: the named roles read every column, and no role writes one.
READ: dict[str, set[str]] = {
    "public.spending_by_day": {"authenticated", "console"},
    "public.appointments_by_day": {"authenticated", "console"},
    "public.utilisation_by_day": {"authenticated", "console"},
    "public.document_processing_by_day": {"authenticated", "console"},
    "public.number_costs": {"authenticated", "console"},
    "private.booking_terms": set(),
    "private.payment_objects": {"console"},
    "private.payment_sums": {"console"},
    "analytics.daily_revenue": {"console"},
    "analytics.wallet_liabilities": {"console"},
    "analytics.daily_appointments": {"console"},
    "analytics.no_show_rates": {"console"},
    "analytics.open_hours_utilisation": {"console"},
    "analytics.document_processing": {"console"},
    "analytics.number_costs": {"console"},
    "analytics.business_words": {"console"},
    "analytics.appointment_words": {"console"},
    "analytics.document_words": {"console"},
}
SERVICES = {"service_role", "voice_agent", "kb_updater", "console"}
# Functions that roles can call. No role can call trigger functions and functions of the owner.
BOOKING = {"authenticated", "voice_agent", "service_role", "console"}
CALL: dict[str, set[str]] = {
    "public.find_business_by_number": {"voice_agent", "service_role", "console"},
    "public.record_transaction": {"service_role", "console"},
    "public.refund_transaction": {"service_role", "console"},
    "public.dispute_transaction": {"service_role", "console"},
    "private.dispute": {"service_role", "console"},
    "public.record_payment": {"service_role", "console"},
    "public.record_refund": {"service_role", "console"},
    "public.record_refunded_total": {"service_role", "console"},
    "public.record_dispute": {"service_role", "console"},
    "public.record_stripe_event": {"service_role", "console"},
    "private.record_payment_fact": {"service_role", "console"},
    "private.record_stripe_refund": {"service_role", "console"},
    "private.from_minor_units": {"service_role", "console"},
    "private.stripe_payment_of": {"service_role", "console"},
    "private.stripe_time": {"service_role", "console"},
    "private.payment_fact_rank": {"console"},
    "private.gone_from": {"console"},
    "private.retry_payment": {"console"},
    "private.dismiss_payment": {"console"},
    "private.settle_debts_of": {"console"},
    "public.wallet_statement": {"authenticated", "service_role", "console"},
    "private.refund": {"service_role", "console"},
    "private.left_to_refund": {"service_role", "console"},
    "private.owed_of": {"service_role", "console"},
    "private.refuse_transaction_text": {"service_role", "console"},
    "private.left_of_disputed": {"service_role", "console"},
    "private.ledger_problems": {"console"},
    "public.check_appointment_time": BOOKING,
    "public.validate_appointment_time": BOOKING,
    "public.available_slots": BOOKING,
    "public.nearest_slots": BOOKING,
    "public.book_appointment": BOOKING,
    "public.reschedule_appointment": BOOKING,
    "public.cancel_appointment": BOOKING,
    "private.check_appointment": BOOKING,
    "private.free_runs": BOOKING,
    "private.book": BOOKING,
    "private.reschedule": BOOKING,
    "private.cancel": BOOKING,
    "public.move_to_trash": {"authenticated", "service_role", "console"},
    "public.restore_from_trash": {"authenticated", "service_role", "console"},
    "public.appointments_above_capacity": {"authenticated", "service_role", "console"},
    "private.above_capacity": {"authenticated", "service_role", "console"},
    "private.trash_row": {"authenticated", "service_role", "console"},
    "private.restore_row": {"authenticated", "service_role", "console"},
    "public.document_started": {"kb_updater", "service_role", "console"},
    "public.document_completed": {"kb_updater", "service_role", "console"},
    "public.document_failed": {"kb_updater", "service_role", "console"},
    "private.document_state": {"kb_updater", "service_role", "console"},
    "private.rescue_documents": {"console"},
    "private.claim_deliveries": {"console"},
    "private.finish_attempts": {"console"},
    "private.send_by_pg_net": {"console"},
    "private.pg_net_answers": {"console"},
    "private.retry_gap": {"console"},
    "private.add_partitions": {"console"},
    "private.number_events": {"console"},
    "private.deliver_events": {"console"},
    "private.unsubscribe": {"console"},
    "private.purge_events": {"console"},
    "private.number_changes": {"console"},
    "private.purge_positions": {"console"},
    "private.claim_idempotency_key": {"console"},
    "private.take_request": {"console"},
    "private.record_use": {"console"},
    "private.record_list_export": {"console"},
    "private.record_reveal": {"console"},
    "private.record_search": {"console"},
    "private.plain_words": {"authenticated", *SERVICES},
    "private.phone_digits": {"authenticated", *SERVICES},
    "private.phone_key": {"authenticated", *SERVICES},
    "private.appointment_search_vector": {"authenticated", "service_role", "voice_agent", "console"},
    "private.document_search_vector": {"authenticated", "service_role", "kb_updater", "console"},
    "private.find_appointments": {"authenticated", "service_role", "console"},
    "private.find_documents": {"authenticated", "service_role", "console"},
    "public.search_appointments": {"authenticated", "service_role", "console"},
    "public.search_documents": {"authenticated", "service_role", "console"},
    "private.search": {"console"},
    "private.appointments_outside": {"console"},
    "private.purge_deliveries": {"console"},
    "private.month_digest": {"console"},
    "private.seal_audit": {"console"},
    "private.audit_problems": {"console"},
    "private.add_anchor": {"console"},
    "private.ledger_heads": {"console"},
    "private.drop_month": {"console"},
    "private.account_record": {"console"},
    "private.erase_account": {"console"},
    "private.refresh_analytics": {"console"},
    "private.own_spending_by_day": {"authenticated", "console"},
    "private.own_appointments_by_day": {"authenticated", "console"},
    "private.own_utilisation_by_day": {"authenticated", "console"},
    "private.own_document_processing_by_day": {"authenticated", "console"},
    "private.own_number_costs": {"authenticated", "console"},
    "private.uid": {"authenticated", *SERVICES},
    "private.new_owner": {"authenticated", "service_role", "voice_agent", "console"},
    "private.caller": {"authenticated", *SERVICES},
    "private.unaccent": {"authenticated", *SERVICES},
    "private.url_origin": {"service_role", "console"},
    "private.is_time_zone": {"authenticated", "service_role", "console"},
    "private.business_search_vector": {"authenticated", "service_role", "console"},
    "private.business_hours_bounded": {"authenticated", "service_role", "console"},
    "private.is_closed": {"authenticated", "service_role", "voice_agent", "console"},
    "private.business_hours_valid": {"authenticated", "service_role", "console"},
    "private.capabilities_valid": {"authenticated", "service_role", "console"},
    "private.day_minutes": {"authenticated", "service_role", "voice_agent", "console"},
    "private.local_timestamp": {"authenticated", "service_role", "voice_agent", "console"},
    "private.opening_intervals": {"authenticated", "service_role", "voice_agent", "console"},
    "private.opening_times": {"authenticated", "service_role", "voice_agent", "console"},
    "private.day_hours": {"authenticated", "service_role", "voice_agent", "console"},
    "private.is_open_at": {"authenticated", "service_role", "voice_agent", "console"},
}
USAGE = {
    "private": {"authenticated", *SERVICES},
    "analytics": {"console"},
    "console": {"console"},
    "jobs": {"console"},
    "audit": {"console"},
}


def columns_are_granted_as_meant(connection: Connection) -> None:
    rows = connection.execute(
        """
        select case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end, r.rolname, k.privilege,
            array_agg(a.attname::text) filter (where has_column_privilege(r.oid, c.oid, a.attnum, k.privilege)),
            count(*), bool_or(has_table_privilege(r.oid, c.oid, 'DELETE')),
            bool_or(has_table_privilege(r.oid, c.oid, 'TRUNCATE')), bool_or(has_table_privilege(r.oid, c.oid, 'TRIGGER'))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        cross join pg_roles r cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) k (privilege)
        where n.nspname in ('public', 'private', 'audit') and c.relkind in ('r', 'p') and not c.relispartition and r.rolname = any(%s)
        group by 1, 2, 3
        """,
        [list(ROLES)],
    ).fetchall()
    assert {row[0] for row in rows} == set(MAY)
    for table, role, privilege, granted, total, delete, truncate, trigger in rows:
        select, insert, update, may_delete = MAY[table].get(role, (set(), set(), set(), False))
        meant = {"SELECT": select, "INSERT": insert, "UPDATE": update, "REFERENCES": set()}[privilege]
        found = set(granted or ())
        if meant == ALL:
            assert len(found) == total, f"{role} {privilege} {table}: only {sorted(found)}"
        else:
            assert found == meant, f"{role} {privilege} {table}: {sorted(found ^ meant)}"
        assert (delete, truncate, trigger) == (may_delete, False, False), f"{role} {table}"


def views_are_granted_as_meant(connection: Connection) -> None:
    rows = connection.execute(
        """
        select format('%%s.%%s', n.nspname, c.relname), r.rolname,
            has_any_column_privilege(r.oid, c.oid, 'SELECT'), has_table_privilege(r.oid, c.oid, 'SELECT'),
            has_any_column_privilege(r.oid, c.oid, 'INSERT,UPDATE,REFERENCES')
            or has_table_privilege(r.oid, c.oid, 'DELETE,TRUNCATE,TRIGGER')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join pg_roles r
        where n.nspname in ('public', 'private', 'analytics') and c.relkind in ('v', 'm') and r.rolname = any(%s)
        """,
        [list(ROLES)],
    ).fetchall()
    assert {row[0] for row in rows} == set(READ)
    for view, role, some, every, write in rows:
        reads = role in READ[view]
        assert (some, every, write) == (reads, reads, False), f"{role} {view}"


def functions_are_granted_as_meant(connection: Connection) -> None:
    rows = connection.execute(
        """
        select format('%%s.%%s', n.nspname, p.proname), array(
            select r.rolname::text from pg_roles r where r.rolname = any(%s) and has_function_privilege(r.oid, p.oid, 'EXECUTE'))
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'private')
        """,
        [list(ROLES)],
    ).fetchall()
    found = {name: set(roles) for name, roles in rows if roles}
    assert found == CALL


def schemas_are_open_as_meant(connection: Connection) -> None:
    for schema, roles in USAGE.items():
        row = connection.execute(
            "select array(select r.rolname::text from pg_roles r where r.rolname = any(%s)"
            " and has_schema_privilege(r.oid, %s, 'USAGE'))",
            [list(ROLES), schema],
        ).fetchone()
        assert row
        assert set(row[0]) == roles, schema


class World:
    """Make two tenants with a row in every table, and one row of each trashable table in Alice's trash."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.alice, self.bob = self.tenant("alice", "+14155550101"), self.tenant("bob", "+14155550102")
        for table in ("business_numbers", "appointments", "documents"):
            connection.execute(
                f"delete from public.{table} where user_id = %s and left({LABEL[table]}, 5) = 'trash'", [self.alice]
            )
        connection.execute("delete from public.business_v2 where name = 'trash alice'")

    def tenant(self, name: str, phone: str) -> UUID:
        run = self.connection.execute
        user = one(run("insert into auth.users (email) values (%s) returning id", [f"{name}@example.com"]))
        business = one(
            run(
                "insert into public.business_v2 (user_id, name, business_type) values (%s, %s, 'retail') returning id",
                [user, name],
            )
        )
        if name == "alice":
            run(
                "insert into public.business_v2 (user_id, name, business_type) values (%s, 'trash alice', 'retail')",
                [user],
            )
        for label, number in ((name, phone), (f"trash {name}", phone + "9")):
            if label.startswith("trash") and name != "alice":
                continue
            run(
                "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
                " values (%s, %s, %s, 'US', 'local')",
                [business, number, label],
            )
            run(
                "insert into public.appointments (business_id, customer_name, scheduled_at)"
                " values (%s, %s, now() + hashtext(%s) / 100000 * interval '1 hour')",
                [business, label, label],
            )
            run(
                "insert into public.documents (business_id, file_name, file_path) values (%s, %s, 'x')",
                [business, label],
            )
        run("insert into public.booking_rules (business_id) values (%s)", [business])
        run(
            "insert into public.transactions (user_id, type, amount, currency, status)"
            " values (%s, 'credit', 5, 'USD', 'completed')",
            [user],
        )
        if name == "alice":
            run(
                "insert into private.refunds (transaction_id, user_id, amount) select id, user_id, 1"
                " from public.transactions where user_id = %s",
                [user],
            )
            run("select public.record_refund('pi_unknown', 're_1', 'pending', 1, 'USD')")
            run(
                "insert into private.archives (table_name, month, file, rows, size, sha256)"
                " values ('audit.events', '2020-01-01', 'x', 1, 1, 'x')"
            )
            run("insert into audit.seals values ('2020-01-01', 1, 0, 1, 1, 'x', 'x')")
            run("insert into audit.redactions values (1, now(), 'x')")
            run("insert into audit.anchors (number, statement, signature, key) values (1, '{}', 'x', 'x')")
            run(
                "insert into private.delivery_attempts (id, at, delivery_id, endpoint, attempt, duration, request_head)"
                " values (gen_random_uuid(), now(), gen_random_uuid(), 'x', 1, 1, '')"
            )
        run(
            "insert into private.service_endpoints (name, base_url) values (%s, 'https://x.example')",
            [f"{name}_endpoint"],
        )
        run(
            "insert into private.webhook_subscriptions (endpoint_id, types, secret, made_by)"
            " values (%s, array['*'], 'x', 'x')",
            [f"{name}_endpoint"],
        )
        # Some changes keep their notes.
        run("select private.number_changes(3)")
        run("insert into private.analytics_refreshes (view_name) values (%s)", [name])
        self.statistics(name)
        return user

    def statistics(self, name: str) -> None:
        run = self.connection.execute
        run(
            "with s as (insert into private.statements (role, queryid, calls, exec_ms, rows, blocks_read, temp_blocks)"
            " values (%s, 1, 1, 1, 1, 1, 1) returning id) insert into private.statement_samples select id, now(), 1, 1, 1, 1, 1 from s",
            [name],
        )
        run(
            "insert into private.statement_snapshots values (clock_timestamp(), 1, null, 0, 1, 0);"
            "insert into private.lock_waits (at, locked, mode, waited_seconds, blocked_role) values (now(), 'x', 'x', 1, 'x')"
        )
        run("insert into private.relation_sizes values (current_date, 'table', %s, 'x', 1)", [name])
        run("insert into private.index_uses values (%s, 'x', 1, now(), now())", [name])

    def become(self, role: str, user: UUID | None = None) -> None:
        claims = json.dumps({"role": role} | ({"sub": str(user)} if user else {}))
        self.connection.execute(
            "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)", [role, claims]
        )

    def count(self, role: str, statement: str, user: UUID | None = None) -> int | str:
        """Return how many rows a statement reads or changes as the role, or its SQLSTATE. Roll it back."""
        try:
            with self.connection.transaction(force_rollback=True):
                self.become(role, user)
                return self.connection.execute(statement).rowcount
        except psycopg.Error as error:
            return error.sqlstate or "?"


LABEL = {"business_numbers": "display_name", "appointments": "customer_name", "documents": "file_name"}
TRASHED = {"business_v2", "business_numbers", "appointments", "documents"}
# An update without a WHERE reads no column: the UPDATE policy alone decides which rows it reaches.
TOUCH = {
    "business_v2": "email = 'x@example.com'",
    "business_numbers": "notes = 'x'",
    "wallets": "is_active = true",
    "transactions": "description = 'x'",
    "appointments": "notes = 'x'",
    "booking_rules": "capacity = 3",
    "documents": "file_name = 'x'",
}


def one(cursor: Any) -> Any:
    return cursor.fetchone()[0]


def rows_are_seen_as_meant(world: World) -> None:
    """Check which rows each role reaches: users their own, services all outside the trash, console all."""
    for table, roles in MAY.items():
        if "." in table:
            every = one(world.connection.execute(f"select count(*) from {table}"))
            assert world.count("console", f"select 1 from {table}") == every > 0, table
            continue
        live, trash = 2, 1 if table in TRASHED else 0
        for role, (select, _, update, delete) in roles.items():
            reach = {"authenticated": 1, "console": live + trash, "service_role": live + trash}.get(role, live)
            user = world.alice if role == "authenticated" else None
            if select:
                assert world.count(role, f"select id from public.{table}", user) == reach, f"{role} select {table}"
            if update:
                touch = "processing_error = 'x'" if role == "kb_updater" else TOUCH[table]
                assert world.count(role, f"update public.{table} set {touch}", user) == reach, f"{role} update {table}"
            if delete and role in ("authenticated", "console"):
                assert deleted(world, role, table, user) == reach, f"{role} delete {table}"


def deleted(world: World, role: str, table: str, user: UUID | None) -> int:
    """Check how many rows an unconditional DELETE moves to the trash or removes permanently."""
    alive = f"select count(*) from public.{table}" + (" where deleted_at is null" if table in TRASHED else "")
    total = f"select count(*) from public.{table}"
    with world.connection.transaction(force_rollback=True):
        before = one(world.connection.execute(alive)), one(world.connection.execute(total))
        world.become(role, user)
        world.connection.execute(f"delete from public.{table}")
        world.become("none")
        after = one(world.connection.execute(alive)), one(world.connection.execute(total))
    return before[0] - after[0] + (before[1] - after[1] if table in TRASHED else 0)


def strangers_see_nothing(world: World) -> None:
    carol = one(world.connection.execute("insert into auth.users (email) values ('carol@example.com') returning id"))
    for table in MAY:
        name = table if "." in table else f"public.{table}"
        assert world.count("anon", f"select 1 from {name}") == "42501"
        if "." not in table:
            for user in (carol, None):
                assert world.count("authenticated", f"select 1 from {name}", user) == 0, table


def figures_are_seen_as_meant(world: World) -> None:
    """Check that the views show users only their own rows, and none without a valid subject."""
    carol = one(world.connection.execute("insert into auth.users (email) values ('erin@example.com') returning id"))
    world.connection.execute("update public.appointments set status = 'no_show' where user_id = %s", [world.bob])
    for (outcome,) in world.connection.execute(
        "select private.refresh_analytics(matviewname) from pg_matviews where schemaname = 'analytics'"
    ).fetchall():
        assert outcome == "refreshed"
    for view in READ:
        if view.startswith("analytics."):
            assert int(world.count("console", f"select 1 from {view}")) > 0, view
            continue
        if view.startswith("private."):
            for role in ROLES:
                count = world.count(role, f"select 1 from {view}", world.alice)
                assert (count != "42501" and int(count) > 0) if role in READ[view] else count == "42501", (
                    f"{role} {view}"
                )
            continue
        for user, seen in ((world.alice, True), (world.bob, True), (carol, False), (None, False)):
            assert (int(world.count("authenticated", f"select 1 from {view}", user)) > 0) == seen, view
        assert world.count("console", f"select 1 from {view}") == 0, view
        assert world.count("anon", f"select 1 from {view}") == "42501", view


def rows_are_inserted_as_meant(world: World) -> None:
    """Check that users insert only their own rows, and services rows of any account."""
    business = one(world.connection.execute("select id from public.business_v2 where name = 'alice'"))
    world.connection.execute("delete from public.booking_rules where business_id = %s", [business])
    inserts = {
        "business_v2": f"insert into public.business_v2 (user_id, name, business_type) values ('{world.alice}', 'n', 'retail')",
        "appointments": "insert into public.appointments (business_id, customer_name, scheduled_at)"
        f" values ('{business}', 'n', now() + interval '9 years')",
        "booking_rules": f"insert into public.booking_rules (business_id) values ('{business}')",
        "documents": f"insert into public.documents (business_id, file_name, file_path) values ('{business}', 'n', '{business}/n')",
        "business_numbers": "insert into public.business_numbers (business_id, phone_number, display_name, country_code,"
        f" number_type) values ('{business}', '+4930999', 'n', 'DE', 'local')",
        "transactions": "insert into public.transactions (user_id, type, amount, currency)"
        f" values ('{world.alice}', 'credit', 1, 'USD')",
    }
    for table, statement in inserts.items():
        for role, (_, insert, _, _) in MAY[table].items():
            if not insert:
                continue
            user = world.alice if role == "authenticated" else None
            assert world.count(role, statement, user) == 1, f"{role} insert {table}"
            if role == "authenticated":
                assert world.count(role, statement, world.bob) in ("42501", "23503"), f"stranger insert {table}"
    carol = one(world.connection.execute("insert into auth.users (email) values ('dan@example.com') returning id"))
    for role in ("service_role", "console"):
        assert world.count(role, f"insert into public.wallets (user_id) values ('{carol}')") == 1, role
    endpoint = "insert into private.service_endpoints (name, base_url) values ('n', 'https://n.example')"
    assert world.count("console", endpoint) == 1
    assert world.count("console", "update private.service_endpoints set base_url = 'https://n.example'") == 2
    replay = "update private.webhook_deliveries set next_attempt_at = now()"
    assert world.count("console", replay) == world.count("console", "select from private.webhook_deliveries") > 0
    attempt = (
        "insert into private.delivery_attempts (id, at, delivery_id, endpoint, attempt, duration, request_head)"
        " values (gen_random_uuid(), now(), gen_random_uuid(), 'x', 1, 1, '')"
    )
    assert world.count("console", attempt) == 1


def the_advisor_finds_nothing(connection: Connection) -> None:
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute("set local search_path = ''")
        serious = [finding for finding in inspect(cursor) if finding.level != "info"]
    assert serious == [], serious


def checks(connection: Connection) -> Iterator[tuple[str, Callable[[], None]]]:
    """Run every check, the cheapest first."""
    yield "columns", lambda: columns_are_granted_as_meant(connection)
    yield "views", lambda: views_are_granted_as_meant(connection)
    yield "functions", lambda: functions_are_granted_as_meant(connection)
    yield "schemas", lambda: schemas_are_open_as_meant(connection)
    for check in (
        rows_are_seen_as_meant,
        rows_are_inserted_as_meant,
        strangers_see_nothing,
        figures_are_seen_as_meant,
    ):
        yield check.__name__, lambda check=check: check(World(connection))  # type: ignore[misc]
    yield "advisor", lambda: the_advisor_finds_nothing(connection)
