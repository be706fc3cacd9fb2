"""Test that docs/GLOSSARY.md defines the words that it should, and names only what exists."""

import re
import subprocess

import pytest

from aira.embedded import PROJECT

PAGE = (PROJECT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| **")]
WORDS = {word.strip() for row in ROWS for word in re.sub(r"\*\*|\(.*?\)", "", row[0]).split(",")}
ASKED = [
    "business",
    "account",
    "owner",
    "customer",
    "appointment",
    "wallet",
    "transaction",
    "hold",
    "capture",
    "refund",
    "dispute",
    "payment",
    "adjustment",
    "document",
    "delivery",
    "attempt",
    "endpoint",
    "trash",
    "restore",
    "closure",
    "slot",
    "diary",
    "staff",
    "actor",
    "reason",
    "mask",
    "reveal",
]


def test_the_glossary_defines_the_words_of_the_field() -> None:
    assert set(ASKED) | {"ledger entry", "payment fact", "audit event"} <= WORDS
    assert len(WORDS) > 90


def test_each_meaning_is_a_sentence() -> None:
    assert [row[0] for row in ROWS if not row[1].endswith(".")] == []


def test_no_word_stands_for_two_things_unless_the_glossary_says_which() -> None:
    names = [row[0] for row in ROWS]
    assert len(names) == len(set(names))


def test_each_thing_has_one_word() -> None:
    """A word can be right for one thing and wrong for another, but never both for the same thing."""
    for row in ROWS:
        used = {word.strip() for word in re.sub(r"\*\*", "", row[0]).split(",")}
        assert used & {word.strip() for word in row[3].split(",")} == set()


@pytest.fixture(scope="module")
def tree() -> str:
    """Return all sources and pages except the glossary."""
    command = [
        "git",
        "grep",
        "-h",
        "",
        "--",
        "*.py",
        "*.sql",
        "*.html",
        "docs/*.md",
        "docs/*.yaml",
        ":!docs/GLOSSARY.md",
    ]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout


def test_each_name_of_the_glossary_exists(tree: str) -> None:
    names = {name for row in ROWS for cell in row[1:3] for name in re.findall(r"`([^`]+)`", cell) if "<" not in name}
    assert len(names) > 80
    # A table or column is looked up by its own name, a command by its last word.
    parts = {name: re.split(r"[.\s]", name.removesuffix("()"))[-1] or name for name in names if "•" not in name}
    assert {name for name, part in parts.items() if part.strip("/") not in tree} == set()
