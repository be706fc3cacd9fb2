import json

import pytest
from django.core.management import CommandError, call_command

from aira.ops.access_matrix import DOCS, as_markdown, build, differences
from tests.database import Database


def test_the_database_matches_the_committed_access_matrix(direct: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("access_matrix", check=True)
    assert "matches the committed files" in capsys.readouterr().out


def test_access_md_matches_the_machine_readable_matrix() -> None:
    matrix = json.loads((DOCS / "access.json").read_text())
    assert (DOCS / "ACCESS.md").read_text() == as_markdown(matrix)


def test_probing_the_access_changes_nothing(database: Database, direct: None) -> None:
    build("direct")
    for table in ("auth.users", "public.business_v2", "public.ledger_entries"):
        assert database.owner(f"select count(*) from {table}").fetchone() == (0,)


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        (
            "drop policy documents_select_authenticated on public.documents",
            "tables documents owner select own: yes → 0 rows",
        ),
        (
            "alter policy wallets_select_authenticated on public.wallets using (true)",
            "tables wallets owner select another's: 0 rows → yes",
        ),
        (
            "grant execute on function public.find_business_by_number(text) to anon",
            "functions public.find_business_by_number(p_phone_number text) anon: – → yes",
        ),
        (
            "grant usage on schema jobs to voice_agent; grant select on jobs.procrastinate_jobs to voice_agent",
            "unexposed jobs voice_agent: – → 1 of 4",
        ),
    ],
)
def test_a_change_by_hand_is_reported_cell_by_cell(
    database: Database, direct: None, change: str, cell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database.owner(change)
    with pytest.raises(CommandError, match="cells differ"):
        call_command("access_matrix", check=True)
    assert cell in capsys.readouterr().out.splitlines()


def test_differences_are_found_both_ways() -> None:
    assert differences({"a": {"x": 1}, "b": 2}, {"a": {"x": 3}, "c": 4}) == ["a x: 1 → 3", "b: 2 → None", "c: None → 4"]
