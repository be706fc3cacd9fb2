"""Test that an adopted database equals a fresh one: no row is lost, the audit has the repairs, and the old calls work."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from aira.adopt import TABLES
from aira.embedded import Cluster
from aira.migrate.catalog import Catalog, differences, read
from tests.hosted import AUTH, connect, ended, make_database, manage, start_manage
from tests.original import DECISIONS, make_original, owner

SETTINGS = {"VOICE_AGENT_URL": "https://voice.aira.example/calls"}
# Ids of rows that need no repair. Ids of offending rows begin with other digits.
UNTOUCHED = "id::text not like '00000000-0000-4000-f000-%%'"
LEFT_OUT = {"wallets": ("balance_usd",), "business_numbers": ("user_id", "is_primary")}


@pytest.fixture(scope="module")
def fresh(cluster: Cluster) -> Catalog:
    make_database(cluster, "fresh", AUTH, owner="hosted")
    manage(cluster, "fresh", "hosted", "migrate", "--verbosity", "0")
    return catalog(cluster, "fresh")


def catalog(cluster: Cluster, name: str) -> Catalog:
    with connect(cluster, name) as connection:
        return read(connection)


def columns_of(cluster: Cluster, name: str) -> dict[str, list[str]]:
    with connect(cluster, name) as connection:
        found = connection.execute(
            "select table_name, array_agg(column_name::text) from information_schema.columns "
            "where table_schema = 'public' and table_name = any(%s) group by 1",
            [list(TABLES)],
        ).fetchall()
    return dict(found)


def sums(cluster: Cluster, name: str, columns: dict[str, list[str]]) -> dict[str, Any]:
    """Return the number of rows and a checksum of the original columns of each table."""
    found = {}
    with connect(cluster, name) as connection:
        for table in TABLES:
            wanted = [column for column in columns[table] if column not in LEFT_OUT.get(table, ())]
            found[table] = connection.execute(
                f"select count(*), md5(string_agg(md5(concat_ws('|', {', '.join(wanted)})), '' order by id)) "
                f"from public.{table} where {UNTOUCHED}".replace("%%", "%")
            ).fetchone()
    return found


def adopt(cluster: Cluster, name: str, *arguments: str) -> str:
    return manage(cluster, name, "hosted", "adopt", *arguments, **SETTINGS)


def test_the_original_with_every_kind_of_offending_row_is_adopted(
    cluster: Cluster, fresh: Catalog, tmp_path: Path
) -> None:
    make_original(cluster, "live", rows=4000, offending=True)
    columns = columns_of(cluster, "live")
    before = sums(cluster, "live", columns)
    report = tmp_path / "report.json"
    # Setting the time zones on purpose changes the businesses. Here they stay.
    decided = tmp_path / "decisions.json"
    decided.write_text(json.dumps({**json.loads(DECISIONS.read_text()), "time_zones": {}}))

    said = adopt(cluster, "live", f"--decisions={decided}", f"--report={report}")

    assert (
        "Adopted: the catalog equals the migrations, the ledger proof passed, and the advisor has no findings." in said
    )
    assert differences(fresh, catalog(cluster, "live")) == []
    assert sums(cluster, "live", columns) == before
    repaired = {(row["rule"], row["id"]) for row in json.loads(report.read_text())["rows"]}
    assert ("transaction_amount_positive", "00000000-0000-4000-f000-000000000040") in repaired
    with owner(cluster, "live") as connection:
        rows = connection.execute

        def row(table: str, number: int, *wanted: str) -> tuple[Any, ...] | None:
            key = f"00000000-0000-4000-f000-{number:012}"
            return rows(f"select {', '.join(wanted)} from public.{table} where id = %s", [key]).fetchone()

        assert row("business_v2", 10, "is_active", "created_at is null") == (True, False)
        assert row("business_v2", 20, "name") == ("Business 00000000",)
        assert row("business_v2", 21, "phone_number") == ("+14155550123",)
        assert row("business_v2", 121, "phone_number") == (None,)
        assert row("business_numbers", 31, "business_id", "right(user_id::text, 2)") == (None, "31")
        assert row("business_numbers", 32, "phone_number") == ("+49301234",)
        assert row("business_numbers", 132, "phone_number") == ("+4930000132",)
        assert row("business_numbers", 33, "voice_url") == (None,)
        assert row("business_numbers", 34, "is_primary") == (False,)
        assert row("business_numbers", 35, "capabilities", "features::text", "monthly_cost") == (None, "[]", None)
        assert row("transactions", 40, "id") is None
        assert row("transactions", 140, "amount::text", "type::text") == ("5.00", "credit")
        assert row("transactions", 41, "stripe_payment_intent_id", "metadata ->> 'duplicate_of_payment_intent'") == (
            None,
            "pi_1",
        )
        assert row("transactions", 42, "business_number_id") == (None,)
        assert row("appointments", 50, "id") is None
        assert row("appointments", 51, "duration") == (1440,)
        assert row("appointments", 152, "external_id") == ("CAtwice:2",)
        slots = rows(
            "select slot_number from public.appointments where customer_name in ('Beside', 'Again') order by 1"
        )
        assert slots.fetchall() == [(2,), (3,)]
        # Columns that the migrations fill by an UPDATE in rows without offence.
        assert rows(
            "select count(*) filter (where a.user_id <> b.user_id), count(*) filter (where (a.slot_number = 1) is distinct from "
            "(case when a.status = 'confirmed' then true end)) from public.appointments a "
            f"join public.business_v2 b on b.id = a.business_id where a.{UNTOUCHED}".replace("%%", "%")
        ).fetchone() == (0, 0)
        assert rows(
            "select count(*) filter (where d.user_id <> b.user_id), count(*) filter (where d.attempts <> 1), "
            "count(*) filter (where d.processed_at is distinct from case when d.processing_status = 'completed' then d.updated_at end) "
            f"from public.documents d join public.business_v2 b on b.id = d.business_id where d.{UNTOUCHED}".replace(
                "%%", "%"
            )
        ).fetchone() == (0, 0, 0)
        assert row("documents", 60, "processing_error") == ("no error was written down",)
        assert row("documents", 61, "file_size", "chunk_count") == (None, 0)
        own, state = "file_path = business_id || '/lost/' || id", "processing_status::text"
        assert row("documents", 62, own, state) == (True, "failed")
        assert row("documents", 63, own, state) == (True, "failed")
        assert row("business_v2", 70, "length(description)") == (10_000,)
        assert row("business_v2", 71, "name") == ("Two lines and back",)
        assert row("business_v2", 72, "website") == ("https://www.example.com/a",)
        assert row("business_v2", 172, "website", "logo_url") == ("https://www.example.com", None)
        assert row("business_v2", 73, "email") == ("maria@example.com",)
        assert row("business_v2", 173, "email") == (None,)
        assert row("business_numbers", 74, "twilio_sid") == (None,)

        # The audit has each removed row whole, and each changed column.
        gone = rows(
            "select before ->> 'amount' from audit.events where verb = 'delete' and table_name = 'transactions'"
        ).fetchall()
        assert gone == [("NaN",)]
        was = rows(
            "select before ->> 'phone_number' from audit.events where row_id = '00000000-0000-4000-f000-000000000121'"
        ).fetchall()
        assert was == [("ask Maria",)]

        # Each wallet with money begins with an opening entry. It includes the transaction that was not posted, and
        # replaces NaN.
        assert rows(
            "select count(*) from public.wallets w where w.balance_usd <> coalesce((select e.balance_after "
            "from public.ledger_entries e where e.wallet_id = w.id and e.kind = 'opening' and e.currency = 'USD'), 0)"
        ).fetchone() == (0,)
        balances = dict(rows("select right(user_id::text, 3)::int, balance_usd::text from public.wallets").fetchall())
        # Two credits of 100, less the completed debits of each account.
        assert balances[40] == balances[39]
        assert float(balances[43]) == float(balances[44]) + 7
        assert float(balances[45]) == float(balances[44]) + 1000

    said = adopt(cluster, "live")
    assert "Switch" not in said, "once is enough"
    assert "Adopted:" in said


# Appointments of one business that overlap: one from 9 to 15, and one of 90 minutes at each full hour from 9 to 14. The
# last one begins when the latest of these ends.
CROWDED = (
    "insert into appointments (business_id, customer_name, scheduled_at, duration) "
    "select '00000000-0000-4000-9000-000000000001', 'Long', date_trunc('day', now()) + interval '40 days 9 hours', 360",
    "insert into appointments (business_id, customer_name, scheduled_at, duration) "
    "select '00000000-0000-4000-9000-000000000001', 'Short ' || h, date_trunc('day', now()) + interval '40 days' + h * interval '1 hour', 90 "
    "from generate_series(9, 14) h",
    "insert into appointments (business_id, customer_name, scheduled_at, duration) "
    "select '00000000-0000-4000-9000-000000000001', 'Last', date_trunc('day', now()) + interval '40 days 15 hours 30 minutes', 30",
)


@pytest.fixture(scope="module")
def crowded(cluster: Cluster) -> str:
    """Adopt the original with offending rows and a full day, with decisions."""
    make_original(cluster, "crowded", *CROWDED, offending=True)
    adopt(cluster, "crowded", f"--decisions={DECISIONS}")
    return "crowded"


@pytest.mark.slow
def test_overlapping_appointments_get_the_lowest_free_slot(cluster: Cluster, crowded: str) -> None:
    with owner(cluster, crowded) as connection:
        slots = connection.execute(
            "select customer_name, slot_number from public.appointments where scheduled_at > now() + interval '38 days' "
            "and business_id = '00000000-0000-4000-9000-000000000001' order by scheduled_at, slot_number, customer_name"
        ).fetchall()
    # Both begin at nine, so their ids decide.
    assert {name for name, slot in slots[:2]} == {"Long", "Short 9"}
    assert [slot for _, slot in slots[:2]] == [1, 2]
    long = dict(slots)["Long"]
    beside = 3 - long
    assert [slot for name, slot in slots if name.startswith("Short")] == [beside, 3, beside, 3, beside, 3]
    assert dict(slots)["Last"] == 1


@pytest.mark.slow
def test_time_zones_follow_the_decision(cluster: Cluster, crowded: str) -> None:
    with owner(cluster, crowded) as connection:
        zones = connection.execute("select timezone, count(*) from public.business_v2 group by 1 order by 1").fetchall()
    assert zones == [("America/New_York", 1), ("Europe/Berlin", 109)]


REFUSES = (
    "update business_v2 set phone_number = '0049 30 55' where name = 'Trattoria 1'",
    "create function public.frozen() returns trigger language plpgsql as "
    "'begin raise exception $$businesses are frozen$$; end'",
    "create trigger frozen before update on business_v2 for each row execute function frozen()",
)
VARIANT = (
    # The requested column has its values.
    "alter table business_v2 add column business_hours jsonb",
    'update business_v2 set business_hours = \'{"weekly": {"mon": [["10:00", "12:00"]]}}\' where name = \'Trattoria 1\'',
    # 20251016000001_add_user_level_number_policies.sql
    'create policy "Users can view their own numbers" on business_numbers for select using (auth.uid() = user_id)',
    'create policy "Users can add numbers" on business_numbers for insert with check (auth.uid() = user_id)',
    # Objects with other names, owned by other roles.
    "alter table wallets rename constraint wallets_check to balance_ok",
    "alter table documents rename constraint documents_pkey to docs_pk",
    "alter table documents rename constraint documents_business_id_fkey to docs_business",
    "alter index idx_transactions_status rename to by_status",
    "drop index idx_documents_processing_status",
    "create index by_name on documents (file_name)",
    "alter table transactions alter column status set not null",
    "alter table wallets add column nickname text, add column color text",
    "create table public.invoices (id uuid primary key, business_id uuid references business_v2 (id), updated_at timestamptz)",
    "create trigger update_invoices before update on public.invoices for each row execute function update_updated_at_column()",
    "insert into public.invoices select gen_random_uuid(), id from business_v2",
    "grant select on wallets to pg_monitor",
    # Objects that many Supabase projects have, and a view of another owner.
    "create function public.handle_new_user() returns trigger language plpgsql security definer as "
    "'begin insert into public.wallets (user_id) values (new.id); return new; end'",
    "create function public.amount_of(t public.transactions) returns numeric language sql as 'select (t).amount'",
    "create schema private",
    "create table private.notes (id uuid primary key, business_id uuid references business_v2 (id) on delete cascade)",
    # Tables whose changes realtime sends to services.
    "create publication supabase_realtime for table appointments, documents",
    "create view public.open_documents as select * from documents where processing_status = 'pending'",
)


@pytest.mark.slow
def test_a_variant_is_adopted_and_keeps_the_objects_that_were_decided_or_belong_to_others(
    cluster: Cluster, fresh: Catalog, tmp_path: Path
) -> None:
    make_original(cluster, "variant", *VARIANT)
    decided = tmp_path / "decisions.json"
    decided.write_text(json.dumps({"objects": {
        "column wallets.nickname": "keep", "column wallets.color": "drop", "grant wallets.pg_monitor": "drop",
        "view public.open_documents": "keep", "index documents.by_name": "replace",
    }}))  # fmt: skip
    said = adopt(cluster, "variant", f"--decisions={decided}")
    assert "Left alone: public.invoices" in said
    strange = {f"{one.kind} {one.name}" for one in differences(fresh, catalog(cluster, "variant"))}
    for left in (
        "public.invoices", "public.update_updated_at_column", "public.handle_new_user", "public.open_documents",
        "public.amount_of", "private.notes",
    ):  # fmt: skip
        assert left in said
        strange = {name for name in strange if left not in name}
    assert strange == {"columns public.wallets.nickname"}
    with owner(cluster, "variant") as connection:
        hours = connection.execute(
            "select business_hours ->> 'weekly' from public.business_v2 where name = 'Trattoria 1'"
        )
        assert hours.fetchone() == ('{"mon": [["10:00", "12:00"]]}',)
        invoices = connection.execute(
            "select count(*) from public.invoices i join public.business_v2 b on b.id = i.business_id"
        )
        assert invoices.fetchone() == (100,)
        published = connection.execute("select tablename::text from pg_publication_tables order by 1").fetchall()
        assert published == [("appointments",), ("documents",)]


@pytest.mark.slow
def test_a_failure_in_the_switch_is_rolled_back_completely(cluster: Cluster, tmp_path: Path) -> None:
    """A kept trigger refuses a repair. This happens while everything is locked, and is rolled back completely."""
    make_original(cluster, "late", *REFUSES, rows=200)
    before = catalog(cluster, "late")
    decided = tmp_path / "decisions.json"
    decided.write_text(json.dumps({"objects": {"trigger business_v2.frozen": "keep"}}))
    process = ended(cluster, "late", "hosted", "adopt", "--in-place", f"--decisions={decided}", **SETTINGS)
    errors = process.stderr
    assert process.returncode == 1
    assert "businesses are frozen" in errors
    assert "Traceback" not in errors
    after = catalog(cluster, "late")
    assert [one for one in differences(before, after) if "public." in one.name and one.kind not in ("grants",)] == []
    with owner(cluster, "late") as connection:
        assert connection.execute(
            "select public.validate_appointment_time(gen_random_uuid(), now(), 60) is not null"
        ).fetchone() == (True,)
        connection.execute("drop trigger frozen on business_v2")
        connection.execute("drop function public.frozen")
    assert "Adopted:" in adopt(cluster, "late")


@pytest.mark.slow
def test_adoption_waits_for_an_open_transaction_and_names_it(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    make_original(cluster, "held", rows=100)
    with owner(cluster, "held") as holder, holder.transaction():
        holder.execute("update wallets set is_active = true")
        process = ended(cluster, "held", "hosted", "adopt", **SETTINGS)
        errors = process.stderr
    assert process.returncode == 1
    assert "could not be locked within 300ms" in errors
    assert "Adopted:" in adopt(cluster, "held")


@pytest.mark.slow
def test_a_service_that_holds_a_lock_for_a_minute_only_delays_adoption(cluster: Cluster) -> None:
    make_original(cluster, "minute", rows=100)
    with owner(cluster, "minute") as holder, holder.transaction():
        holder.execute("update wallets set is_active = true")
        process = start_manage(cluster, "minute", "hosted", "adopt", **SETTINGS)
        time.sleep(60)
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "Adopted:" in said
