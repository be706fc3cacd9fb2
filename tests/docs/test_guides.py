"""Test that the guides for developers of other services show every call."""

import re
from typing import Any

import pytest

from aira.devtools.types import read
from aira.embedded import PROJECT
from tests.docs.blocks import Page, parse
from tests.docs.data_api import STATUS

# The roles of each guide, and the calls that another guide shows.
GUIDES = {
    "voice-agent": ({"voice_agent"}, set()),
    "kb-updater": ({"kb_updater"}, set()),
    "ui": ({"authenticated", "service_role"}, {"voice_agent", "kb_updater"}),
}


def guide(name: str) -> Page:
    file = PROJECT / "docs" / "guides" / f"{name}.md"
    return Page(file, list(parse(file, file.read_text())))


@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize("language", ["sql", "ts", "python"])
def test_a_guide_shows_every_call_of_its_service(name: str, language: str, direct: Any) -> None:
    roles, elsewhere = GUIDES[name]
    calls = [
        function.name
        for function in read("direct").functions
        if roles & set(function.callers) and not elsewhere & set(function.callers)
    ]
    assert calls
    shown = "\n".join(block.text for block in guide(name).of(language))
    assert [call for call in calls if not re.search(rf"\b{call}\b", shown)] == []


def test_the_uis_guide_shows_every_table_and_view_that_a_user_may_read(direct: Any) -> None:
    asked = "\n".join(block.text for block in guide("ui").of("sql") if block.party == "alice")
    readable = {
        relation.name
        for relation in read("direct").relations
        if any("authenticated" in column.readers for column in relation.columns)
    }
    # A user reads these two through wallet_statement().
    assert {name for name in readable if name not in asked} == {"transactions", "ledger_entries"}


@pytest.mark.parametrize("name", GUIDES)
def test_arguments_in_python_are_those_of_the_functions(name: str, direct: Any) -> None:
    """Check Python only, since the compiler checks TypeScript."""
    shown = "\n".join(block.text for block in guide(name).of("python"))
    called = [function for function in read("direct").functions if re.search(rf'"{function.name}"', shown)]
    known = {argument.name for function in called for argument in function.arguments}
    given = set(re.findall(r'"(p_\w+)":', shown))
    assert given
    assert given - known == set()


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_names_only_rules_that_exist(name: str) -> None:
    listed = (PROJECT / "tests" / "schema" / "contract.txt").read_text()
    rules = re.findall(r"(?:23\d{3}|23P01)[^|`\n]{0,12}(?:\| \d{3} \| )?`([a-z0-9_]+)`", guide(name).file.read_text())
    assert rules
    assert [rule for rule in rules if not re.search(rf"^(?:rule|raised) {rule}\b", listed, re.MULTILINE)] == []


@pytest.mark.parametrize("name", GUIDES)
def test_the_status_of_a_refusal_is_the_one_that_the_data_api_gives(name: str) -> None:
    told = re.findall(r"^\| (\d\w{4})\b[^|]*\| ([\d, ]+?) \|", guide(name).file.read_text(), re.MULTILINE)
    assert told
    for code, statuses in told:
        assert str(STATUS.get(code, 400)) in statuses.split(", "), code
