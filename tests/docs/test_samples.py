"""Test the samples of the guides: types in both languages, and calls by supabase's own clients."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from mypy import api as mypy

from aira.embedded import PROJECT
from tests.docs.data_api import DataApi, serving, token
from tests.docs.npm import OPTIONS, installed
from tests.docs.postgrest import Request
from tests.docs.pypi import python
from tests.docs.running import Reader
from tests.docs.test_guides import GUIDES, guide
from tests.worker import SECRET

METHODS = {"select": "GET", "insert": "POST", "upsert": "POST", "update": "PATCH", "delete": "DELETE"}
LANGUAGES = {"ts": "from", "python": "table"}
# Refusals that a page shows how to handle.
REFUSED = {
    "voice-agent": set(),
    "kb-updater": {("PATCH documents", "23514")},
    "ui": {("POST appointments", "23P01")},
}
# Calls of functions that a page only defines, and rows that fill the time of its appointment.
CALLS = {
    ("voice-agent", "ts"): "",
    ("voice-agent", "python"): "",
    ("kb-updater", "ts"): """
const { data: pending } = await supabase
  .from("documents").select().eq("processing_status", "pending").order("file_name").throwOnError()
if (!isOwn(pending[0])) throw new Error("not its own")
await work({ type: "INSERT", table: "documents", schema: "public", record: pending[0], old_record: null })
await supabase.rpc("document_started", { p_document_id: pending[1].id, p_attempt: pending[1].attempts }).throwOnError()
await giveUp(pending[1], "page 3 is an image without text")
if (await startPlainly(pending[0].id)) throw new Error("a completed document was started")
""",
    ("kb-updater", "python"): """
pending = cast(
    list[DocumentsRow],
    supabase.table("documents").select("*").eq("processing_status", "pending").order("file_name").execute().data,
)
assert is_own(pending[0])
work({"type": "INSERT", "table": "documents", "schema": "public", "record": pending[0], "old_record": None})
started: DocumentStartedArgs = {"p_document_id": pending[1]["id"], "p_attempt": pending[1]["attempts"]}
supabase.rpc("document_started", dict(started)).execute()
give_up(pending[1], "page 3 is an image without text")
assert not start_plainly(pending[0]["id"])
import json
from datetime import UTC, datetime
event = json.dumps({"type": "TEST", "table": "documents", "schema": "public", "record": None, "old_record": None})
now = datetime.now(UTC)
head = {"webhook-id": "1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": webhook.sign("1", now, event)}
assert (receive(event.encode(), head), receive(b"{}", head)) == (204, 401)
""",
    ("ui", "ts"): """
const { data: wine } = await server.from("documents").select("id").eq("file_name", "Wine list.pdf").single().throwOnError()
await again(wine.id)
await bought(gelateria, "+493055550143", "PN0123456789abcdef0123456789abcdef")
const payment = await paid(me, "pi_123", 2500)
await charge(me, "CA123", 0.45)
const { data: hold } = await server.rpc("record_transaction", {
  p_user_id: me, p_type: "debit", p_amount: 10, p_currency: "USD", p_idempotency_key: "CA125", p_hold: true,
}).throwOnError()
await capture(hold.id, 1.35)
await refund(hold.id, 1, "refund-789")
await disputed(payment.id, "dp_123")
const told = async (type: string, object: object) => {
  const problem = await applied({ type, livemode: true, data: { object } } as unknown as Stripe.Event)
  if (problem) throw problem
}
const usd = { currency: "usd", payment_intent: "pi_4" }
await told("payment_intent.succeeded", {
  ...usd, id: "pi_4", metadata: { user_id: me }, amount: 2500, amount_received: 2500, status: "succeeded",
})
await told("charge.refunded", { ...usd, id: "ch_4", amount_refunded: 500 })
await told("charge.dispute.created", { ...usd, id: "dp_4", amount: 2000, reason: "fraudulent", status: "needs_response" })
if ((await reported(me, "pi_456")) !== "settled") throw new Error("the ledger does not follow")
""",
    ("ui", "python"): "",
}
FILLED = {
    "ts": (
        "const { error: full }",
        """await supabase.from("appointments").insert(["Ada", "Ben"].map((name) => ({
  business_id: gelateria.id, customer_name: name, scheduled_at: "2027-01-05T03:00:00Z", duration: 60,
}))).throwOnError()
""",
    ),
    "python": (
        "agreed: AppointmentsInsert",
        """for name in ("Ada", "Ben"):
    first: AppointmentsInsert = {
        "business_id": gelateria["id"], "customer_name": name, "scheduled_at": "2027-01-05T03:00:00Z",
    }
    supabase.table("appointments").insert(first).execute()
""",
    ),
}


def page(name: str, language: str) -> str:
    return "\n\n".join(block.text for block in guide(name).of(language))


def runnable(name: str, language: str) -> str:
    """Return the page's samples with calls of their functions, with dates in the near future."""
    text = page(name, language)
    at, before = FILLED[language]
    text = text.replace(at, before + at) + CALLS[name, language]
    here = {"ts": "process.env.SUPABASE_URL!", "python": "os.environ['SUPABASE_URL']"}[language]
    key = {"ts": "process.env.SUPABASE_ANON_KEY!", "python": "os.environ['SUPABASE_ANON_KEY']"}[language]
    text = text.replace('"https://PROJECT.supabase.co"', here).replace('"the publishable key"', key)
    tuesday = datetime.now(UTC) + timedelta(days=42)
    tuesday += timedelta(days=(1 - tuesday.weekday()) % 7)
    for written, days in (("2026-12-08", 0), ("2027-01-04", 6), ("2027-01-05", 7), ("2027-01-11", 13)):
        text = text.replace(written, f"{tuesday + timedelta(days=days):%Y-%m-%d}")
    return f"import os\n{text}" if language == "python" else text


def shown(name: str, language: str) -> set[str]:
    """Return the calls of a page's samples as the data API receives them."""
    text = page(name, language)
    found = {f"POST rpc/{function}" for function in re.findall(r'\brpc\(\s*"(\w+)"', text)}
    # Samples in Python call through a function of the page.
    found |= {f"POST rpc/{function}" for function in re.findall(r'\bask\("(\w+)"', text)}
    chained = rf'\.{LANGUAGES[language]}\("(\w+)"\)\s*\.(select|insert|upsert|update|delete)\('
    return found | {f"{METHODS[verb]} {table}" for table, verb in re.findall(chained, text)}


@pytest.fixture
def api(reader: Reader) -> Iterator[DataApi]:
    with serving(reader.database) as served:
        yield served


def environment(api: DataApi) -> dict[str, str]:
    return os.environ | {
        "SUPABASE_URL": api.url,
        "SUPABASE_ANON_KEY": token("anon"),
        "SUPABASE_SERVICE_ROLE_KEY": token("service_role"),
        "VOICE_AGENT_TOKEN": token("voice_agent"),
        "KB_UPDATER_TOKEN": token("kb_updater"),
        "KB_UPDATER_SECRET": SECRET,
        "STRIPE_SECRET_KEY": "sk_test",
        "STRIPE_WEBHOOK_SECRET": "whsec",
        # supabase-js needs WebSocket, which Node has by default from 22 on.
        "NODE_OPTIONS": "--experimental-websocket",
    }


def judged(name: str, language: str, api: DataApi) -> None:
    """Assert that each call was made as its role, and refused only if the page says so."""
    refused = {(request.call, (request.answer or {})["code"]) for request in api.got if request.status >= 400}
    assert refused == REFUSED[name], [request for request in api.got if request.status >= 400]
    done = {request.call for request in api.got if request.status < 300} | {call for call, _ in REFUSED[name]}
    assert shown(name, language) - done == set()
    assert {request.role for request in api.got} == GUIDES[name][0]


@pytest.mark.slow
@pytest.mark.parametrize("name", GUIDES)
def test_the_data_api_answers_samples_in_typescript(name: str, api: DataApi, tmp_path: Path) -> None:
    folder = installed(tmp_path)
    shutil.copy(PROJECT / "docs/types/database.types.ts", folder)
    (folder / "page.ts").write_text(runnable(name, "ts"))
    options = [option for option in OPTIONS if option != "--noEmit"]
    done = subprocess.run(
        ["node_modules/.bin/tsc", *options, "--outDir", "out", "page.ts"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == ""
    done = subprocess.run(
        ["node", "out/page.js"],
        cwd=folder,
        env=environment(api),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, (done.stdout + done.stderr, api.got[-3:])
    judged(name, "ts", api)


@pytest.mark.slow
@pytest.mark.parametrize("name", GUIDES)
def test_the_data_api_answers_samples_in_python(name: str, api: DataApi, tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(runnable(name, "python"))
    found = os.pathsep.join([str(PROJECT / "docs/types"), str(PROJECT / "docs/examples")])
    done = subprocess.run(
        [str(python()), "page.py"],
        cwd=tmp_path, env=environment(api) | {"PYTHONPATH": found}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, (done.stderr, api.got[-3:])
    judged(name, "python", api)


@pytest.mark.slow
@pytest.mark.parametrize("name", GUIDES)
def test_python_samples_are_typed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check strictly, with the generated types."""
    file = tmp_path / f"{name.replace('-', '_')}_page.py"
    file.write_text(page(name, "python"))
    assert "from database_types import" in file.read_text()
    monkeypatch.setenv("MYPYPATH", os.pathsep.join([str(PROJECT / "docs/types"), str(PROJECT / "docs/examples")]))
    chosen = [
        "--strict",
        "--config-file=",
        "--python-executable",
        str(python()),
        "--cache-dir",
        str(tmp_path / "cache"),
    ]
    said, errors, ended = mypy.run([*chosen, str(file)])
    assert ended == 0, said + errors


STATEMENT = re.compile(
    r"^ *(?P<kept>[^\n]*?)await (?:supabase|server)\b(?!\.auth)"
    r"(?P<call>.*?)(?=^\s*(?:const|await|return|if|console|async|case|default)\b|^\s*\}\s*(?:else|$)|\Z)",
    re.DOTALL | re.MULTILINE,
)


def careless(text: str) -> list[str]:
    """Return the requests whose errors are neither thrown nor checked."""
    return [
        found[0]
        for found in STATEMENT.finditer(text)
        if "throwOnError()" not in found["call"]
        and "error" not in found["kept"]
        and not ((kept := re.match(r"const (\w+) =", found["kept"])) and f"{kept[1]}.error" in text)
    ]


@pytest.mark.parametrize("name", GUIDES)
def test_samples_in_typescript_handle_every_error(name: str) -> None:
    """An outage must not look like an answer."""
    text = page(name, "ts")
    assert careless(text) == []
    assert len(careless(text.replace(".throwOnError()", ""))) > 1


def test_invalid_requests_are_refused_as_by_postgrest(api: DataApi) -> None:
    """Check that the data API of these tests is as strict as PostgREST: roles, unknown names, single rows."""

    def ask(method: str, path: str, role: str, body: bytes = b"", **headers: str) -> Any:
        status, answer = api.respond(
            method, f"/rest/v1/{path}", {"authorization": f"Bearer {token(role)}", **headers}, body
        )
        return status, (answer or {}).get("code") if isinstance(answer, dict) else answer

    assert ask("GET", "wallets?select=id", "anon") == (401, "42501")
    assert ask("GET", "wallets?select=id", "voice_agent") == (403, "42501")
    assert ask("GET", "nothing", "service_role") == (404, "PGRST205")
    assert ask("POST", "booking_rules", "service_role", b'{"unknown": 1}') == (400, "PGRST204")
    assert ask("POST", "rpc/document_started", "kb_updater", b'{"p_unknown": 1}') == (404, "PGRST202")
    single = {"accept": "application/vnd.pgrst.object+json"}
    assert ask("GET", "business_v2?select=id", "service_role", **single) == (406, "PGRST116")
    assert ask("GET", "business_v2?select=id&name=eq.nobody", "service_role") == (200, [])
    assert ask("GET", "documents?select=nothing", "service_role") == (400, "42703")
    assert isinstance(api.got[0], Request)
