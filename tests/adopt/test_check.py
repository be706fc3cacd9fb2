"""Test that `adopt --check` names every object and row that differs from the target, and changes nothing."""

import csv
import io
import json
from pathlib import Path

import pytest

from aira.adopt import rules
from aira.embedded import Cluster
from aira.migrate.catalog import Catalog, read
from tests import command
from tests.adopt.checking import UI, check, found
from tests.database import Database
from tests.hosted import connect, ended, make_database
from tests.original import DECISIONS, make_original, owner


def catalog(cluster: Cluster, name: str) -> Catalog:
    with connect(cluster, name) as connection:
        return read(connection)


def test_the_unchanged_original_can_be_adopted_at_once(cluster: Cluster) -> None:
    make_original(cluster, "as_written")
    before = catalog(cluster, "as_written")
    code, said, errors = check(cluster, "as_written", **UI)
    assert (code, errors) == (0, "")
    assert "Adoption can begin." in said
    assert "trigger transactions.trigger_update_wallet_balance belongs to the original: is replaced" in said
    assert catalog(cluster, "as_written") == before


@pytest.mark.parametrize("how", ["check", "rehearse"])
def test_an_empty_database_is_told_to_migrate(cluster: Cluster, how: str) -> None:
    make_database(cluster, f"empty_{how}", owner="hosted")
    process = ended(cluster, f"empty_{how}", "hosted", "adopt", f"--{how}")
    errors = process.stderr
    assert process.returncode == 1
    assert f"nothing to {how}: this database has no table of AiRa. Run manage.py migrate." in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("how", ["check", "rehearse"])
def test_an_adopted_database_is_recognised(database: Database, how: str) -> None:
    run = command.manage(database, "adopt", f"--{how}")
    assert run.returncode == 1
    assert f"nothing to {how}: this database is already adopted." in run.stderr


@pytest.mark.slow
def test_every_rule_names_its_rows_and_whether_a_person_must_decide(cluster: Cluster) -> None:
    make_original(cluster, "offending", offending=True)
    before = catalog(cluster, "offending")
    records = [record for record in found(cluster, "offending") if record["kind"] == "row"]
    assert catalog(cluster, "offending") == before

    def rows(rule: str, *, must_decide: bool) -> set[str]:
        return {
            record["subject"].split("-")[-1].lstrip("0")
            for record in records
            if record["rule"] == rule and record["must_decide"] is must_decide
        }

    assert rows("null_has_default", must_decide=False) == {"10"}
    assert rows("business_name_not_blank", must_decide=True) == {"20"}
    assert rows("business_phone_is_e164", must_decide=False) == {"21"}
    assert rows("business_phone_is_e164", must_decide=True) == {"121"}
    assert len(rows("number_has_owner", must_decide=False)) == 50
    assert rows("number_in_own_business", must_decide=True) == {"31"}
    assert rows("number_is_e164", must_decide=False) == {"32"}
    assert rows("number_is_e164", must_decide=True) == {"132"}
    assert rows("voice_url_is_voice_agent", must_decide=True) == {"33"}
    assert rows("business_has_one_primary_number", must_decide=True) == {"34"}
    assert rows("number_details_valid", must_decide=True) == {"35"}
    assert rows("transaction_amount_positive", must_decide=True) == {"40", "140"}
    assert rows("transaction_payment_intent_once", must_decide=True) == {"41"}
    assert rows("transaction_number_of_same_owner", must_decide=True) == {"42"}
    assert rows("completed_was_posted", must_decide=False) == {"43"}
    assert len(rows("wallet_balance_is_number", must_decide=True)) == 1
    assert len(rows("wallet_is_sum_of_transactions", must_decide=False)) == 2
    assert rows("appointment_time_is_finite", must_decide=True) == {"50"}
    assert rows("appointment_duration_in_range", must_decide=True) == {"51"}
    assert rows("appointment_external_id_once", must_decide=True) == {"152"}
    assert rows("appointments_overlap", must_decide=False) == {"153", "253"}
    assert rows("failed_document_has_error", must_decide=False) == {"60"}
    assert rows("document_numbers_not_negative", must_decide=True) == {"61"}
    assert rows("document_path_is_safe", must_decide=True) == {"62"}
    assert rows("document_path_in_business", must_decide=True) == {"63"}
    # Documents in no business's folder, per business.
    assert len(rows("document_path_has_folder", must_decide=False)) > 10
    assert rows("text_within_bounds", must_decide=True) == {"70"}
    assert rows("name_is_readable", must_decide=False) == {"71"}
    assert rows("web_address_is_http", must_decide=False) == {"72"}
    assert rows("web_address_is_http", must_decide=True) == {"172"}
    assert rows("email_is_address", must_decide=False) == {"73"}
    assert rows("email_is_address", must_decide=True) == {"173"}
    assert rows("twilio_sid_is_id", must_decide=True) == {"74"}
    # This variant has no column business_hours.
    assert {record["rule"] for record in records} == {rule.name for rule in rules.rules()} - {
        "business_hours_known",
        "business_hours_bounded",
        # None of these wallets is empty.
        "posted_account_has_opening",
    }

    code, said, _ = check(cluster, "offending", **UI)
    assert code == 1
    assert "! voice_url_is_voice_agent: 1 rows. voice_url is an address of the Voice Agent" in said
    assert "+4930000033: voice_url 'https://ui.aira.example/calls'" in said
    code, said, _ = check(cluster, "offending", "--format=csv", **UI)
    assert code == 1
    assert list(csv.DictReader(io.StringIO(said)))[-1]["rule"] == "twilio_sid_is_id"
    code, said, errors = check(cluster, "offending", f"--decisions={DECISIONS}", **UI)
    assert (code, errors) == (0, "")


def test_open_decisions_are_written_into_a_file_to_be_filled_in(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "waiting", "alter table public.wallets add column nickname text", offending=True)
    to_fill = tmp_path / "decisions.json"
    code, _, _ = check(cluster, "waiting", f"--write-decisions={to_fill}")
    written = json.loads(to_fill.read_text())
    assert code == 1
    assert written["rules"]["transaction_amount_positive"] == "flip | quarantine"
    assert written["objects"] == {"column wallets.nickname": "keep | drop"}
    assert written["time_zones"] == {"*": "UTC"}
    # A file that nobody filled in decides nothing.
    code, _, errors = check(cluster, "waiting", f"--decisions={to_fill}")
    assert code == 1
    assert "the answer for column wallets.nickname is 'keep | drop'. Write keep, replace or drop." in errors


@pytest.mark.parametrize(
    ("decisions", "sentence"),
    [
        (
            '{"rules": {"number_is_e164": "ignore"}}',
            "'ignore' is not an option. Write normalise, set, quarantine",
        ),
        pytest.param('{"rules": {"number_is_e164": "set"}}', "'set' is not an option", marks=pytest.mark.slow),
        pytest.param('{"rules": {"everything": "keep"}}', "Unknown rule everything", marks=pytest.mark.slow),
        pytest.param('{"row": {}}', "Write an object with the members rules, objects and", marks=pytest.mark.slow),
        ("[]", "Write an object with the members rules, objects and time_zones"),
        ("{", "is not valid JSON"),
    ],
)
def test_unknown_decision_gives_a_one_line_error(
    cluster: Cluster, tmp_path: Path, decisions: str, sentence: str
) -> None:
    file = tmp_path / "decisions.json"
    file.write_text(decisions)
    with connect(cluster, "postgres") as connection:
        there = connection.execute("select 1 from pg_database where datname = 'misdecided'").fetchone()
    if not there:
        make_original(cluster, "misdecided", offending=True)
    code, _, errors = check(cluster, "misdecided", f"--decisions={file}")
    assert code == 1
    assert sentence in errors
    assert "Traceback" not in errors


# Maps a variant of the database to its line in the report, and whether a person must decide.
VARIANTS = {
    "alter table wallets rename constraint wallets_check to balance_ok": ("constraint wallets.wallets_check", "is called balance_ok", False),
    "alter index idx_wallets_user_id rename to wallets_by_user": ("index wallets.idx_wallets_user_id", "is called wallets_by_user", False),
    "drop index idx_documents_business_id": ("index documents.idx_documents_business_id", "is missing", False),
    "create index by_name on documents (file_name)": ("index documents.by_name", "does not belong to the original", True),
    "alter table documents alter column file_size set default 0": ("column documents.file_size", "has the default 0", False),
    "alter table transactions alter column status set not null": ("column transactions.status", "is NOT NULL", False),
    "alter table business_numbers drop constraint business_numbers_check": ("constraint business_numbers.business_numbers_check", "is missing", False),
    "alter table business_v2 add column business_hours jsonb": ("column business_v2.business_hours", "is there already", False),
    "alter table documents add column tags text[]": ("column documents.tags", "(text[]) does not belong to the original", True),
    "alter table documents add constraint small check (file_size < 1e9)": ("constraint documents.small", "does not belong to the original", True),
    "create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger mine before insert on documents for each row execute function f()":
        ("trigger documents.mine", "calls f", True),
    "create policy monitors on wallets for select to pg_monitor using (true)": ("policy wallets.monitors", "SELECT for pg_monitor", True),
    "grant select on wallets to pg_monitor": ("grant wallets.pg_monitor", "may SELECT", True),
    "alter table wallets alter column balance_usd type numeric(12, 2)": ("column wallets.balance_usd", "is numeric(12,2), not numeric(10,2)", True),
    "alter type appointment_status add value 'late'": ("type appointment_status", "'late'", True),
    "create schema audit": ("schema audit", "is there already", True),
    "create schema private; create table private.notes (id int)": ("schema private", "is there already", False),
    "create schema private; create function private.record_change() returns int language sql as 'select 1'":
        ("schema private", "has record_change, a name that AiRa needs", True),
    "alter table documents drop column mime_type": ("column documents.mime_type", "is missing", True),
}  # fmt: skip


@pytest.mark.slow
def test_every_object_that_differs_is_named(cluster: Cluster) -> None:
    make_original(cluster, "pristine", rows=100)
    usual = {record["subject"] for record in found(cluster, "pristine")}
    for number, (statement, (subject, says, must_decide)) in enumerate(VARIANTS.items()):
        make_original(cluster, f"variant_{number}", statement, rows=100)
        more = [record for record in found(cluster, f"variant_{number}") if record["subject"] not in usual]
        assert [(record["subject"], record["must_decide"]) for record in more] == [(subject, must_decide)], statement
        assert says in more[0]["says"], statement


def test_adoption_ignores_other_tables(cluster: Cluster) -> None:
    make_original(cluster, "more_tables", "create table public.invoices (id uuid primary key)")
    assert not [record for record in found(cluster, "more_tables") if "invoices" in str(record)]


def test_a_database_that_is_not_the_original_is_named_as_such(cluster: Cluster) -> None:
    with connect(cluster, "postgres") as connection:
        connection.execute("create database empty owner hosted")
    _, _, errors = check(cluster, "empty")
    assert "his database has no table of AiRa. Run manage.py migrate" in errors
    with owner(cluster, "empty") as connection:
        connection.execute("create table public.business_v2 (id uuid primary key)")
    code, said, _ = check(cluster, "empty")
    assert code == 1
    assert "! table wallets is missing" in said


def test_a_partitioned_table_or_a_foreign_schema_stops_adoption(cluster: Cluster) -> None:
    make_original(cluster, "parted", rows=100)
    with owner(cluster, "parted") as connection:
        connection.execute("create table parted (like transactions including defaults) partition by range (created_at)")
        connection.execute("drop table transactions")
        connection.execute("alter table parted rename to transactions")
    with connect(cluster, "parted") as connection:
        connection.execute("create schema private")
    code, said, errors = check(cluster, "parted")
    assert (code, errors) == (1, "")
    assert "! table transactions is partitioned, not an ordinary table: Move its rows" in said
    assert "! schema private is there already and belongs to postgres: ALTER SCHEMA private RENAME TO" in said


def test_a_superuser_is_told_to_connect_as_the_owner(cluster: Cluster) -> None:
    make_original(cluster, "owned", rows=100)
    process = ended(cluster, "owned", "postgres", "adopt", "--check")
    said = process.stdout
    assert process.returncode == 1
    assert "! table wallets belongs to hosted: Connect as its owner." in said
