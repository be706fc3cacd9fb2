"""Test random originals: each is adopted, or stops before the switch with a named decision. None fails."""

import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aira.embedded import Cluster
from aira.migrate.catalog import Catalog, differences, read
from tests.adopt.checking import UI, check, found
from tests.hosted import AUTH, connect, make_database, start_manage
from tests.original import make_original, owner

pytestmark = pytest.mark.slow
BUSINESS = "00000000-0000-4000-9000-00000000000"
USER = "00000000-0000-4000-8000-00000000000"
OBJECTS = (
    'create policy "Support may see" on {table} for select to authenticated using (true)',
    "create policy narrow on {table} as restrictive for select to authenticated using (id is not null)",
    "create index by_hand_{table} on {table} (updated_at)",
    "create unique index once_{table} on {table} (id, created_at)",
    "alter table {table} add column nickname text default 'none'",
    "alter table {table} add column deleted_at timestamptz",
    "alter table {table} add constraint plausible check (created_at > '2000-01-01')",
    "create view public.all_{table} as select * from {table}",
    "create materialized view public.many_{table} as select count(*) from {table}",
    "create function public.of_{table}(t {table}) returns uuid language sql as 'select t.id'",
    "grant select on {table} to pg_monitor",
    "create rule nothing as on delete to {table} do also nothing",
    "alter table {table} set (fillfactor = 80)",
    "alter table {table} disable row level security",
)
HOURS = (
    None, {"monday": {"open": "09:00", "close": "17:00"}}, "9-17", {"mon": ["09:00-12:00"]}, "whenever", [], 5,
    {"weekly": {"mon": [["09:00", "12:00"]]}}, {"weekly": {"mon": [["12:00", "09:00"], ["10:00", "11:00"]]}},
)  # fmt: skip
ROWS = (
    f"update business_v2 set phone_number = {{text}} where id = '{BUSINESS}1'",
    f"update business_v2 set name = {{text}}, website = {{text}}, email = {{text}} where id = '{BUSINESS}2'",
    "update business_numbers set phone_number = {text} where phone_number = '+16281000003'",
    f"insert into transactions (user_id, amount, currency, type, status) values ('{USER}1', {{amount}}, 'USD', 'credit', 'completed')",
    f"update wallets set balance_usd = 0, balance_inr = {{amount}} where user_id = '{USER}2' and {{amount}} >= 0",
    f"insert into appointments (business_id, customer_name, scheduled_at, duration) select '{BUSINESS}3', {{text}}, now(), {{minutes}} from generate_series(1, 2)",
    f"insert into documents (business_id, file_name, file_path) values ('{BUSINESS}4', {{text}}, {{text}})",
    "alter table documents drop column mime_type",
    "alter table auth.users drop column last_sign_in_at",
)
TEXT = st.sampled_from(
    ["", "abc", "0049 30 1234", "+14155550123", "a\u202eb", "x" * 300, "../up", "https://x.example", "ask Maria"]
)
DRAWN = st.fixed_dictionaries({
    "objects": st.lists(
        st.tuples(st.sampled_from(OBJECTS), st.sampled_from(["business_v2", "wallets", "appointments", "documents"])),
        max_size=3, unique=True),
    "hours": st.lists(st.sampled_from(HOURS), max_size=3),
    "rows": st.lists(st.tuples(st.sampled_from(ROWS), TEXT, st.sampled_from(["-5", "0", "12.50", "'NaN'"]), st.sampled_from([-1, 30, 5000])), max_size=4),
    "answers": st.integers(0, 99),
})  # fmt: skip


@pytest.fixture(scope="module")
def fresh(cluster: Cluster) -> Catalog:
    make_database(cluster, "drawn_fresh", AUTH, owner="hosted")
    process = start_manage(cluster, "drawn_fresh", "hosted", "migrate", "--verbosity", "0")
    process.communicate()
    with connect(cluster, "drawn_fresh") as connection:
        return read(connection)


def made(cluster: Cluster, name: str, drawn: dict[str, Any]) -> None:
    make_original(cluster, name, rows=120)
    statements = [text.format(table=table) for text, table in drawn["objects"]]
    if drawn["hours"]:
        statements.append("alter table business_v2 add column business_hours jsonb")
        statements += [
            f"update business_v2 set business_hours = '{json.dumps(hours)}' where id = '{BUSINESS}{n + 1}'"
            for n, hours in enumerate(drawn["hours"])
        ]
    for text, value, amount, minutes in drawn["rows"]:
        statements.append(text.format(text="'" + value + "'", amount=amount, minutes=minutes))
    with owner(cluster, name) as connection:
        for statement in statements:
            # The original itself refuses some of these. Others need another owner.
            with suppress(psycopg.DataError, psycopg.IntegrityError):
                try:
                    connection.execute(statement)
                except psycopg.errors.InsufficientPrivilege:
                    with connect(cluster, name) as other:
                        other.execute(statement)


def answered(cluster: Cluster, name: str, file: Path, seed: int) -> dict[str, Any]:
    check(cluster, name, f"--write-decisions={file}", **UI)
    decisions: dict[str, Any] = json.loads(file.read_text())
    chosen = random.Random(seed)
    for answers in (decisions["rules"], decisions["objects"]):
        for subject, value in answers.items():
            possible = [answer for answer in value.split(" | ") if answer not in ("set", "read")]
            answers[subject] = chosen.choice(possible)
    file.write_text(json.dumps(decisions))
    return decisions


# Each example adopts a database, so a smaller one is not searched. The report of a failure has the fixtures in full.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(drawn=DRAWN)
def test_a_random_original_is_adopted_or_stops_with_a_named_decision(
    cluster: Cluster, fresh: Catalog, tmp_path_factory: pytest.TempPathFactory, drawn: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    name = folder.name
    made(cluster, name, drawn)
    decisions = answered(cluster, name, folder / "decisions.json", drawn["answers"])
    waiting = [one for one in found(cluster, name, f"--decisions={folder / 'decisions.json'}") if one["must_decide"]]
    process = start_manage(cluster, name, "hosted", "adopt", f"--decisions={folder / 'decisions.json'}", **UI)
    said, errors = process.communicate()
    assert "Traceback" not in errors
    if waiting:
        assert process.returncode == 1
        # A decision is missing, or the one that was drawn does not repair a row, which is named.
        assert "Decisions are missing. Nothing was changed." in errors or (
            "does not repair" in errors and "Nothing was changed." in errors
        )
        assert all(one["decide"] or one["does"] for one in waiting)
        return
    if process.returncode:
        # The switch was rolled back: a kept object prevents it, and the message names the object.
        assert "nothing was changed" in errors.lower(), errors
        assert any(answer == "keep" for answer in decisions["objects"].values()), errors
        return
    assert "Adopted:" in said
    with connect(cluster, name) as connection:
        strange = [one.name for one in differences(fresh, read(connection)) if not beside(one.name)]
    kept = [subject.split(".")[-1] for subject, answer in decisions["objects"].items() if answer == "keep"]
    assert [one for one in strange if not any(word in one for word in kept)] == []


def beside(name: str) -> bool:
    """Create objects beside the tables. Adoption asks for no decision about them."""
    return any(word in name for word in ("public.all_", "public.many_", "public.of_"))
