"""Test objects that people made by hand on the original's tables: adoption lists them and stops until a person decides."""

import json
from pathlib import Path
from typing import Any

import pytest

from aira.adopt.handmade import policies
from aira.embedded import Cluster
from aira.migrate.catalog import differences, read
from tests.adopt.checking import decided, found, refused
from tests.hosted import AUTH, connect, make_database, manage
from tests.original import make_original, owner

# Each test adopts a database of its own: `make test-all`.
pytestmark = pytest.mark.slow

FUNCTION = "create function public.mine() returns trigger language plpgsql as 'begin return new; end'"
# Maps a statement by hand to its line in the report, and to the possible answers.
BY_HAND = {
    'create policy "Support may see" on business_v2 for select to authenticated using (true)': (
        "policy business_v2.Support may see", "keep, replace, drop"),
    "create policy only_active on documents as restrictive for select to authenticated using (auth.uid() is not null)": (
        "policy documents.only_active", "keep, replace, drop"),
    f"{FUNCTION}; create trigger mine before insert on appointments for each row execute function mine()": (
        "trigger appointments.mine", "keep, replace, drop"),
    "create unique index one_name on business_v2 (user_id, name)": ("index business_v2.one_name", "keep, replace, drop"),
    "create index by_name on documents (file_name)": ("index documents.by_name", "keep, replace, drop"),
    "create rule no_delete as on delete to wallets do instead nothing": ("rule wallets.no_delete", "keep, replace, drop"),
    "alter table documents add constraint small check (file_size < 1e9)": (
        "constraint documents.small", "keep, replace, drop"),
    "alter table wallets add column nickname text": ("column wallets.nickname", "keep, drop"),
    "alter table appointments add column deleted_at timestamptz": ("column appointments.deleted_at", "replace"),
    "create view public.open_documents as select * from documents": ("view public.open_documents", "keep, drop"),
    "create materialized view public.totals as select user_id, sum(amount) from transactions group by 1": (
        "view public.totals", "keep, drop"),
    "grant select on wallets to pg_monitor": ("grant wallets.pg_monitor", "keep, drop"),
    "grant select (name) on business_v2 to pg_monitor": ("grant business_v2.name.pg_monitor", "keep, drop"),
    "create statistics public.both on business_type, is_active from business_v2": ("statistics business_v2.both", "keep, drop"),
    "alter table documents set (fillfactor = 70)": ("options of documents", "keep, drop"),
    "create or replace function update_wallet_balance() returns trigger language plpgsql as 'begin return null; end'": (
        "function update_wallet_balance", "keep, replace, drop"),
    "create or replace function notify_kb_updater_webhook() returns trigger language plpgsql as 'begin return new; end'": (
        "function notify_kb_updater_webhook", "keep, replace, drop"),
}  # fmt: skip
# No answer in a file helps here: a person must change the object first.
IN_THE_WAY = {
    "create table public.booking_rules (id int)": "relation booking_rules",
    "create function public.search_documents(q text) returns int language sql as 'select 1'": "function search_documents(text)",
    "create table more_wallets () inherits (wallets)": "children of wallets",
    "alter table business_v2 add column business_hours text": "column business_v2.business_hours",
}


def test_each_object_made_by_hand_stops_adoption_and_names_the_answers(cluster: Cluster) -> None:
    make_original(cluster, "by_hand", *BY_HAND, *IN_THE_WAY, rows=100)
    records = {record["subject"]: record for record in found(cluster, "by_hand")}
    for statement, (subject, options) in BY_HAND.items():
        assert records[subject]["must_decide"], statement
        offered = [part.partition(":")[0] for part in records[subject]["decide"].partition(".")[0].split("; ")]
        assert offered == options.split(", "), statement
    for statement, subject in IN_THE_WAY.items():
        assert records[subject]["must_decide"], statement
    assert "Decisions are missing. Nothing was changed." in refused(cluster, "by_hand")


def test_objects_are_kept_replaced_or_dropped_as_decided(cluster: Cluster, tmp_path: Path) -> None:
    make_original(
        cluster, "kept",
        'create policy "Support may see" on business_v2 for select to authenticated using (true)',
        'create policy "Support may book" on appointments for insert to authenticated with check (true)',
        f"{FUNCTION}; create trigger mine before insert on appointments for each row execute function mine()",
        "create trigger mine before insert on documents for each row execute function mine()",
        "create unique index one_name on business_v2 (user_id, name)",
        "create unique index one_path on documents (business_id, file_path)",
        "create view public.open_documents as select * from documents",
        "create view public.gone as select * from public.open_documents",
        "grant select (name) on business_v2 to pg_monitor",
        rows=200,
    )  # fmt: skip
    make_database(cluster, "kept_fresh", AUTH, owner="hosted")
    manage(cluster, "kept_fresh", "hosted", "migrate", "--verbosity", "0")
    answers = {
        "policy business_v2.*": "keep", "policy appointments.Support may book": "drop", "trigger appointments.mine": "keep",
        "trigger documents.mine": "replace", "index business_v2.one_name": "keep", "index documents.one_path": "drop",
        "view public.open_documents": "keep", "view public.gone": "drop", "grant business_v2.name.pg_monitor": "keep",
    }  # fmt: skip
    manage(cluster, "kept", "hosted", "adopt", decided(tmp_path, objects=answers))
    with connect(cluster, "kept") as one, connect(cluster, "kept_fresh") as other:
        more = {f"{it.kind} {it.name}" for it in differences(read(other), read(one)) if "open_documents" not in it.name}
    assert more == {
        'policies public.business_v2 "Support may see"', "triggers public.appointments mine", "functions public.mine()",
        "indexes public.one_name", "grants column public.business_v2.name to pg_monitor",
        *(f"grants function public.mine() to {role}" for role in ("PUBLIC", "anon", "authenticated", "service_role")),
    }  # fmt: skip
    with owner(cluster, "kept") as connection:
        assert connection.execute("select count(*) from public.open_documents").fetchone() == (20,)


@pytest.mark.parametrize(
    ("statement", "answers", "sentence"),
    [
        ("alter table appointments add column deleted_at date", {"column appointments.deleted_at": "keep"},
         "column appointments.deleted_at: 'keep' is not possible. Write replace."),
        ("create view public.v as select 1 from wallets", {"view public.v": "replace"},
         "view public.v: 'replace' is not possible. Write keep or drop."),
        ("select 1", {"view public.v": "perhaps"}, "the answer for view public.v is 'perhaps'. Write keep, replace or drop."),
    ],
)  # fmt: skip
def test_an_answer_that_an_object_does_not_allow_is_refused(
    cluster: Cluster, tmp_path: Path, statement: str, answers: dict[str, str], sentence: str
) -> None:
    name = f"answers_{abs(hash(statement))}"
    make_original(cluster, name, statement, rows=100)
    assert sentence in refused(cluster, name, decided(tmp_path, objects=answers))


# As pg_get_expr returns them.
OF_BUSINESS = """(EXISTS ( SELECT 1
   FROM business_v2 b
  WHERE ((b.id = documents.business_id) AND (b.user_id = auth.uid()))))"""


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ("(auth.uid() = user_id)", True),
        ("(( SELECT auth.uid() AS uid) = user_id)", True),
        ("(business_id IN ( SELECT business_v2.id\n   FROM public.business_v2\n  WHERE (business_v2.user_id = auth.uid())))", True),
        (OF_BUSINESS, True),
        (f"((auth.uid() = user_id) OR {OF_BUSINESS})", True),
        ("((( SELECT auth.jwt() AS jwt) ->> 'role'::text) = 'service_role'::text)", True),
        ("(NOT (auth.uid() = user_id))", False),
        ("((auth.uid() = user_id) OR is_active)", False),
        (OF_BUSINESS.replace("auth.uid()", "id"), False),
        ("true", False),
    ],
)  # fmt: skip
def test_policies_of_the_original_are_recognised_by_their_expressions(expression: str, known: bool) -> None:
    policy: dict[str, Any] = {
        "roles": ["public"], "command": "SELECT", "restrictive": False, "using": expression, "check": None,
    }  # fmt: skip
    (one,) = policies("documents", {"whatever it is called": policy})
    assert (one.level == "does") is known


def test_objects_made_by_hand_are_written_into_the_file_of_decisions(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "to_fill", "create view public.v as select 1 from wallets", rows=100)
    file = tmp_path / "decisions.json"
    refused(cluster, "to_fill", "--check", f"--write-decisions={file}")
    assert json.loads(file.read_text())["objects"] == {"view public.v": "keep | drop"}
