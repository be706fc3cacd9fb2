import os
import subprocess
import sys

import pytest

from aira.embedded import PROJECT
from tests.database import Database


def psql(database: Database, party: str, query: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "psql", "--as", party, "--", "-XAtc", query],
        cwd=PROJECT,
        env={**os.environ, "SECRET_KEY": "x", "DATABASE_URL": database.address(), "DATABASE_DIRECT_URL": database.address()},
        text=True, capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("party", ["alice@trattoria.example", "alice@other.example", "bob"])
def test_an_account_is_found_by_its_address_or_by_an_unambiguous_name(database: Database, party: str) -> None:
    accounts = {
        email: database.account(email)
        for email in ("alice@trattoria.example", "alice@other.example", "bob@spokes.example", "bobby@spokes.example")
    }
    ended = psql(database, party, "select current_user, auth.uid()")
    wanted = accounts.get(party) or accounts["bob@spokes.example"]
    assert ended.stdout == f"authenticated|{wanted}\n", ended.stderr


@pytest.mark.parametrize(
    ("party", "found"), [("alice", 2), ("ali", 0), ("alice@", 0), ("alice@nowhere.example", 0), ("al%", 0)]
)
def test_an_unknown_or_ambiguous_name_is_refused(database: Database, party: str, found: int) -> None:
    for email in ("alice@trattoria.example", "alice@other.example"):
        database.account(email)
    ended = psql(database, party, "select 1")
    assert ended.stdout == ""
    assert f"{found} accounts match {party!r}. Enter an e-mail" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_service_gets_its_role_and_no_name_gives_the_owner(database: Database) -> None:
    query = "select current_user, current_setting('request.jwt.claims', true)"
    assert psql(database, "voice_agent", query).stdout == 'voice_agent|{"role":"voice_agent"}\n'
    assert psql(database, "", query).stdout == f"{database.owner('select current_user').fetchone()[0]}|\n"


@pytest.mark.parametrize(("given", "party"), [([], ""), (["AS=alice"], "alice")])
def test_make_psql_connects_as_the_owner_unless_a_name_is_given(given: list[str], party: str) -> None:
    """make itself defines AS as the name of the assembler."""
    shown = subprocess.run(["make", "-n", "psql", *given], cwd=PROJECT, text=True, capture_output=True, check=True)
    assert f'psql --as "{party}"' in shown.stdout
