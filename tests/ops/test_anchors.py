"""Test that anchors outside of the database prove the ledger and the audit, and arrive where they are sent."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from aira import environment
from aira.audit.models import Anchor
from aira.ops import tasks
from aira.ops.anchors import AnchorError, proof, sending, signing, statement
from aira.ops.health import health
from aira.ops.integrity import inspect
from tests.command import manage
from tests.database import Database
from tests.ops.forgery import FORGED
from tests.tenant_rows import Rows
from tests.webhook_receiver import Received, Receiver, accept, plain

PRIVATE, PUBLIC = signing.new_key()
TOP_UP = "select record_transaction(%s, 'credit', %s, 'USD', 'completed', 'Top-up')"


@pytest.fixture
def anchored(database: Database, alices: Rows, in_its_database: None, settings: Any, tmp_path: Path) -> Database:
    """Sign with a key, and send to a folder."""
    settings.ANCHOR_KEY, settings.ANCHOR_TO = PRIVATE, [f"file://{tmp_path}/anchors"]
    with database.as_service("service_role") as sql:
        sql(TOP_UP, alices.user, 10)
        sql(TOP_UP, alices.user, 15)
    return database


def contradictions(folder: Path) -> list[str]:
    return proof.verify(proof.read([folder]), [PUBLIC], "default")


def anchor(folder: Path) -> Path:
    """Make an anchor, send it, and return its file."""
    made = statement.make()
    assert [outcome for _, outcome in sending.send()] == [1]
    return folder / "anchors" / f"anchor-{made.number:06}.json"


def unguarded(database: Database, query: str, *parameters: Any) -> None:
    database.owner("set session_replication_role = replica")
    database.owner(query, *parameters)
    database.owner("reset session_replication_role")


def test_untouched_data_agree_with_each_anchor(anchored: Database, alices: Rows, tmp_path: Path) -> None:
    anchor(tmp_path)
    with anchored.as_service("service_role") as sql:
        sql(TOP_UP, alices.user, 20)
    file = anchor(tmp_path)
    assert contradictions(tmp_path / "anchors") == []
    # A statement has only the wallets and months with something new.
    assert set(json.loads(json.loads(file.read_text())["statement"])) == {
        "format", "number", "at", "previous", "ledger", "audit",
    }  # fmt: skip


def test_a_forged_ledger_with_valid_hashes_is_named(anchored: Database, alices: Rows, tmp_path: Path) -> None:
    """Rewrite the newest entry, the wallet and all hashes as a superuser: the ledger's own proof finds nothing."""
    anchor(tmp_path)
    unguarded(anchored, FORGED)
    assert anchored.owner("select * from private.ledger_problems()").fetchall() == []
    [found] = contradictions(tmp_path / "anchors")
    assert "was changed since it was anchored" in found
    assert [fault.part for fault in inspect("default", ("anchors",)).faults] == ["anchors"]


def test_entries_that_vanished_are_named(anchored: Database, alices: Rows, tmp_path: Path) -> None:
    anchor(tmp_path)
    [[wallet, seq]] = anchored.owner(
        "select wallet_id, max(seq) from ledger_entries where user_id = %s group by 1", alices.user
    )
    unguarded(anchored, "delete from ledger_entries where user_id = %s and seq > %s", alices.user, seq - 2)
    found = contradictions(tmp_path / "anchors")
    assert f"Ledger entries {seq - 1} to {seq} of wallet {wallet} vanished since they were anchored." in found


def test_an_entry_written_past_the_triggers_has_no_audit(anchored: Database, alices: Rows) -> None:
    assert inspect("default", ("unaudited",)).faults == []
    anchored.owner("set session_replication_role = replica")
    anchored.owner("delete from audit.events where table_name = 'transactions'")
    anchored.owner("reset session_replication_role")
    [fault] = inspect("default", ("unaudited",)).faults
    assert fault.subject == "public.ledger_entries"


def test_a_rewritten_audit_with_valid_seals_is_named(anchored: Database, tmp_path: Path) -> None:
    anchor(tmp_path)
    unguarded(anchored, "update audit.events set actor_name = 'mallory'")
    unguarded(anchored, "truncate audit.seals")
    statement.seal()
    assert anchored.owner("select * from private.audit_problems()").fetchall() == []
    [found] = contradictions(tmp_path / "anchors")
    assert found.startswith("Seal 1 of the audit of ")
    assert "was changed" in found


def forge_statement(file: Path) -> None:
    document = json.loads(file.read_text())
    document["statement"] = document["statement"].replace('"ledger":{', '"ledger":{"x":[1,"0"],')
    file.write_text(json.dumps(document))


def sign_by_another(file: Path) -> None:
    document = json.loads(file.read_text())
    private, public = signing.new_key()
    document |= {"signature": signing.sign(private, document["statement"]), "key": public}
    file.write_text(json.dumps(document))


def break_signature(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | {"signature": "nonsense"}))


@pytest.mark.parametrize("forge", [forge_statement, sign_by_another, break_signature])
def test_a_forged_anchor_is_named(anchored: Database, tmp_path: Path, forge: Any) -> None:
    forge(anchor(tmp_path))
    [found] = contradictions(tmp_path / "anchors")
    assert "no signature by a trusted key" in found


def test_missing_anchors_are_named(anchored: Database, tmp_path: Path) -> None:
    anchor(tmp_path)
    anchor(tmp_path).unlink()
    anchor(tmp_path)
    unguarded(anchored, "delete from audit.anchors where number = 3")
    assert contradictions(tmp_path / "anchors") == ["Anchor 2 is missing.", "The database lacks anchor 3."]


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '{"statement": 1, "signature": 2, "key": 3}', "[1]", "\x00"])
def test_a_file_that_is_not_an_anchor_is_refused(anchored: Database, tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(AnchorError):
        proof.read([file])


def test_two_workers_do_not_continue_the_same_anchor(anchored: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    statement.make()
    with anchored.as_console() as sql, pytest.raises(Exception, match="does not follow"):
        sql("select private.add_anchor(1, null, '{}', 'x', 'x')")
    monkeypatch.setattr(Anchor.objects, "first", lambda: None)
    with pytest.raises(AnchorError, match="Another process"):
        statement.make()


def test_an_anchor_is_posted_until_it_is_accepted(anchored: Database, settings: Any, receiver: Receiver) -> None:
    settings.ANCHOR_TO = [f"{receiver.url}/anchors?token=s3cret"]
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    made = statement.make()

    async def refuse(_: Received) -> bytes:
        return plain("500 Broken")

    receiver.answer = refuse
    [(name, refused)] = sending.send()
    assert isinstance(refused, AnchorError)
    assert "s3cret" not in f"{name} {refused}"
    receiver.answer = accept
    assert [outcome for _, outcome in sending.send()] == [1]
    assert [outcome for _, outcome in sending.send()] == [0]
    posted = json.loads(receiver.got[-1].body)
    assert signing.is_signed(PUBLIC, posted["statement"], posted["signature"])
    assert json.loads(posted["statement"])["number"] == made.number


def test_an_anchor_is_mailed(anchored: Database, settings: Any) -> None:
    settings.ANCHOR_TO = ["mailto:auditor@example.com"]
    statement.make()
    assert [outcome for _, outcome in sending.send()] == [1]
    [message] = mail.outbox
    assert message.to == ["auditor@example.com"]
    [(name, content, _)] = message.attachments
    assert name == "anchor-000001.json"
    assert json.loads(content)["key"] == PUBLIC


def test_a_folder_that_can_not_be_written_is_an_error(anchored: Database, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.ANCHOR_TO = [f"file://{tmp_path}/file/anchors"]
    statement.make()
    [(_, refused)] = sending.send()
    assert "can't be written" in str(refused)


def test_the_job_makes_one_anchor_a_day(anchored: Database, tmp_path: Path) -> None:
    tasks.anchor(0)
    tasks.anchor(0)
    assert Anchor.objects.count() == 1
    yesterday = timezone.now() - timedelta(days=1)
    unguarded(anchored, "update audit.anchors set at = %s", yesterday)
    tasks.anchor(0)
    assert Anchor.objects.count() == 2
    assert len([*(tmp_path / "anchors").iterdir()]) == 2


@pytest.fixture
def outcome() -> Any:
    def found(name: str) -> Any:
        return next(one for one in health("default", (name,)) if one.name == name)

    return found


def test_anchors_that_are_late_or_unsent_are_named(anchored: Database, settings: Any, outcome: Any) -> None:
    assert outcome("anchors").level == "warn"
    tasks.anchor(0)
    assert outcome("anchors").level == "ok"
    unguarded(anchored, "update audit.anchors set at = at - interval '30 hours'")
    assert [problem.level for problem in outcome("anchors").problems] == ["warn"]
    settings.ANCHOR_TO = ["mailto:auditor@example.com"]
    unguarded(anchored, "update audit.anchors set at = at - interval '50 hours'")
    assert [problem.level for problem in outcome("anchors").problems] == ["critical", "critical"]
    settings.ANCHOR_KEY = None
    assert outcome("anchors").level == "ok"


def test_an_audit_that_is_not_sealed_is_named(anchored: Database, outcome: Any) -> None:
    statement.seal()
    assert outcome("seal_age").level == "ok"
    anchored.owner("update public.business_v2 set name = 'Late'")
    # On the first of a month, three hours ago was in another one.
    anchored.owner("select private.add_partition('audit.events', (now() - interval '3 hours')::date)")
    unguarded(
        anchored, "update audit.events set at = at - interval '3 hours' where id = (select max(id) from audit.events)"
    )
    assert outcome("seal_age").level == "warn"


@pytest.mark.parametrize(
    "text",
    ["/mnt/anchors", "file://host/folder", "http://example.com", "mailto:nobody", "ftp://example.com/x", "file:///a x"],
)
def test_an_invalid_destination_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("ANCHOR_TO", text)
    with pytest.raises(ImproperlyConfigured, match="ANCHOR_TO"):
        environment.anchor_destinations("ANCHOR_TO", [])


def test_the_commands_make_send_and_verify(database: Database, alices: Rows, tmp_path: Path) -> None:
    printed = manage(database, "anchor", "--new-key").stdout
    private, public = printed.split("\n")[0].partition("=")[2], printed.split()[-1]
    site = {"ANCHOR_KEY": private, "ANCHOR_TO": f"file://{tmp_path}"}
    made = manage(database, "anchor", **site)
    assert made.returncode == 0, made.stderr
    assert manage(database, "verify_anchors", str(tmp_path)).returncode == 1
    assert manage(database, "verify_anchors", str(tmp_path), "--public-key", "x").returncode == 1
    good = manage(database, "verify_anchors", str(tmp_path), "--public-key", public)
    assert (good.returncode, good.stdout) == (0, "1 anchors, 0 contradictions.\n")
    unguarded(database, "update audit.events set actor_name = 'mallory'")
    bad = manage(database, "verify_anchors", str(tmp_path), **site)
    assert bad.returncode == 1
    assert "events_changed" in bad.stdout
