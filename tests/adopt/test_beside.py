"""Test tables that adoption makes beside the originals: no row is lost, dependents follow, and it can be abandoned."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from aira.adopt import AdoptError
from aira.adopt.beside import replayed
from aira.adopt.beside.statements import split, to_public, to_shadows
from aira.adopt.decisions import Decisions
from aira.embedded import Cluster
from aira.migrate.catalog import differences, read
from tests.adopt.checking import UI, check, decided, refused
from tests.adopt.writers import Services, account
from tests.hosted import connect, manage, start_manage
from tests.original import DECISIONS, make_original, owner


def test_semicolons_in_bodies_and_strings_do_not_split_statements() -> None:
    text = (
        "select 'a;b'; -- c;\ncreate function f() as $$ begin; end; $$; /* ; */ alter table \"x;y\" add z int;\n-- last"
    )
    assert [one.splitlines()[-1] for one in split(text)] == [
        "select 'a;b'",
        "create function f() as $$ begin; end; $$",
        '/* ; */ alter table "x;y" add z int',
    ]


def test_only_names_of_tables_are_replaced_and_not_strings() -> None:
    turned = to_shadows(
        "create function f(w public.wallets) as $$ select from public.wallets $$; select 'public.wallets'; "
        'alter table public."documents" add x int; create table public.wallets_old (); references auth.users (id)'
    )
    assert turned == (
        "create function f(w adopting.wallets) as $$ select from public.wallets $$; select 'public.wallets'; "
        "alter table adopting.documents add x int; create table public.wallets_old (); references adopting.users (id)"
    )
    assert (
        to_public("references adopting.users(id), adopting.wallets(id)")
        == "references auth.users(id), public.wallets(id)"
    )


def test_adoption_stops_while_services_write_faster_than_it_copies(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    monkeypatch.setattr(replayed, "stripped", lambda alias: [])
    monkeypatch.setattr(replayed, "waiting", lambda alias: 20_000)
    monkeypatch.setattr(replayed, "replay_once", lambda *args: passes.append(time.sleep(0.001)))
    monkeypatch.setattr(replayed, "BRIEFLY", 0)
    monkeypatch.setattr(replayed, "LONGEST", 0)
    monkeypatch.setattr(replayed, "one_snapshot", lambda cursor: None)
    with pytest.raises(AdoptError, match="20,000 changes are left after 30 passes"):
        replayed.replay("default", Decisions(), lambda said: None)
    assert len(passes) == 30


def test_a_pass_that_takes_a_moment_is_the_last_before_the_switch(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    monkeypatch.setattr(replayed, "stripped", lambda alias: [])
    monkeypatch.setattr(replayed, "waiting", lambda alias: 20_000)
    monkeypatch.setattr(replayed, "replay_once", lambda *args: passes.append(time.sleep(0.001)))
    monkeypatch.setattr(replayed, "one_snapshot", lambda cursor: None)
    replayed.replay("default", Decisions(), lambda said: None)
    assert len(passes) == 1


def state(cluster: Cluster, name: str) -> Any:
    with connect(cluster, name) as connection:
        schemas = connection.execute(
            "select nspname from pg_namespace where nspname !~ '^pg_' order by 1"
        ).fetchall()  # fmt: skip
        triggers = connection.execute("select tgname from pg_trigger where tgname like 'adopt%'").fetchall()
        extensions = connection.execute("select extname from pg_extension order by 1").fetchall()
        return read(connection), schemas, triggers, extensions


@pytest.mark.slow
@pytest.mark.parametrize("line", ["Making", "Copying", "Building"])
def test_abandoning_adoption_leaves_no_trace(cluster: Cluster, line: str) -> None:
    name = f"abandoned_{line.lower()}"
    make_original(cluster, name, "create schema private; create table private.notes (id int)", rows=500)
    before = state(cluster, name)
    # Readers of an original delay the switch, so none of these can come too late.
    with connect(cluster, name) as reader:
        reader.execute("begin")
        with start_manage(cluster, name, "hosted", "adopt", PYTHONUNBUFFERED="1", **UI) as process:
            for said in process.stdout or ():
                if said.startswith(line):
                    break
            reader.execute("select count(*) from public.appointments")
            time.sleep(0.3)
            process.send_signal(signal.SIGKILL)
        reader.execute("rollback")
    assert "Abandoned: the database is as it was" in manage(cluster, name, "hosted", "adopt", "--abandon")
    after = state(cluster, name)
    assert differences(before[0], after[0]) == []
    assert after[1:] == before[1:]


@pytest.mark.slow
def test_an_adopted_database_cannot_be_abandoned(cluster: Cluster) -> None:
    make_original(
        cluster, "too_late", "create function f(t public.wallets) returns int language sql as 'select 1'", rows=60
    )
    code, said, _ = check(cluster, "too_late", **UI)
    assert code == 0
    assert "The tables are changed in place: services wait for about 1 s, because" in said
    assert "depends on wallets." in said
    said = manage(cluster, "too_late", "hosted", "adopt")
    assert "Switching:" in said, "in place"
    assert "nothing to abandon: this database is already adopted." in refused(cluster, "too_late", "--abandon")


DEPENDENTS = (
    "create table public.invoices (id uuid primary key, business_id uuid references business_v2 (id), "
    "wallet_id uuid references wallets (id) on delete set null)",
    "insert into public.invoices select gen_random_uuid(), id from business_v2",
    "create publication supabase_realtime for table appointments, documents (id, file_name), wallets where (is_active)",
    "create view public.open_documents with (security_invoker = true) as select * from documents",
    "comment on view public.open_documents is 'Whose status is open'",
    "create view public.named as select d.file_name, b.name from open_documents d join business_v2 b on b.id = d.business_id",
    "revoke all on public.named from public, anon, authenticated, service_role",
    "grant select on public.named to pg_monitor",
    "alter table appointments replica identity full",
)


def dependents(cluster: Cluster, name: str) -> Any:
    with connect(cluster, name) as connection:
        rows = connection.execute
        return (
            rows("select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'public.invoices'::regclass order by 1").fetchall(),
            rows("select tablename, attnames, rowfilter from pg_publication_tables where tablename <> 'appointments' order by 1").fetchall()[:1],
            rows("select count(*) from pg_publication_tables").fetchall(),
            rows("select array(select unnest(relacl)::text order by 1), reloptions, obj_description(oid) from pg_class where relname in ('named', 'open_documents') order by relname").fetchall(),
            rows("select relreplident from pg_class where oid = 'public.appointments'::regclass").fetchall(),
            rows("select count(*) from public.named").fetchall(),
        )  # fmt: skip


@pytest.mark.slow
def test_dependents_of_the_originals_move_to_the_finished_tables(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "followed", *DEPENDENTS, rows=200)
    before = dependents(cluster, "followed")
    said = manage(cluster, "followed", "hosted", "adopt", decided(tmp_path, objects={"view *": "keep"}))
    assert "Making the finished tables beside the originals." in said
    after = dependents(cluster, "followed")
    assert after[0] == before[0]
    assert after[2:] == before[2:]


@pytest.mark.slow
def test_no_write_of_a_service_during_adoption_is_lost(cluster: Cluster) -> None:
    make_original(cluster, "meanwhile", rows=4000, offending=True)
    with owner(cluster, "meanwhile") as connection:
        before = connection.execute(
            "select sum(balance_usd) from wallets where user_id = any(%s)", [[account(n) for n in range(100)]]
        ).fetchone()
    with Services(cluster, "meanwhile") as services:
        said = manage(cluster, "meanwhile", "hosted", "adopt", f"--decisions={DECISIONS}")
    assert "The original tables are dropped: all their rows are in the finished ones." in said
    done = {}
    for writer in services.writers:
        assert (writer.broken, writer.refused) == ([], []), writer.name
        done[writer.name] = writer.done
    with owner(cluster, "meanwhile") as connection:
        rows = connection.execute
        assert rows("select count(*) from appointments where customer_name = 'Guest'").fetchone() == (done["book"],)
        uploaded = "select count(*) from documents where file_name = 'new.pdf' and processing_status = 'completed'"
        assert rows(uploaded).fetchone() == (done["upload"],)
        after = rows(
            "select sum(balance_usd) from wallets where user_id = any(%s)", [[account(n) for n in range(100)]]
        ).fetchone()
        assert before is not None
        assert after is not None
        assert round(float(after[0]), 2) == round(float(before[0]) + done["top_up"] - done["pay"] / 100, 2)
        assert rows("select * from private.ledger_problems()").fetchall() == []
        # An appointment that was booked during adoption has its slot.
        assert rows(
            "select count(*) from appointments where status = 'confirmed' and deleted_at is null and slot_number is null"
        ).fetchone() == (0,)


# The original without its foreign key accepted a document without a business.
ORPHAN = (
    "alter table documents drop constraint documents_business_id_fkey",
    "insert into documents (business_id, file_name, file_path) values (gen_random_uuid(), 'x', 'x')",
)


@pytest.mark.slow
def test_a_row_that_breaks_an_unknown_rule_stops_adoption_before_the_switch(cluster: Cluster) -> None:
    make_original(cluster, "orphan", *ORPHAN, rows=60)
    assert "A row breaks" in refused(cluster, "orphan")
    with owner(cluster, "orphan") as connection:
        # The original works as before. After the row is corrected, the next run continues.
        found = connection.execute("select to_regproc('public.update_wallet_balance') is not null").fetchone()
        assert found == (True,)
        connection.execute("delete from documents where file_name = 'x'")
    assert "Adopted:" in manage(cluster, "orphan", "hosted", "adopt")
