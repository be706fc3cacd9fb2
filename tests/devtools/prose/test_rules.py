"""Test that the prose check finds riddles and passes plain English."""

from pathlib import Path

import pytest

from aira.devtools.prose.check import check_text
from aira.devtools.prose.rules import RULES
from aira.devtools.prose.texts import Kind, Text
from tests.devtools.prose.style_table import Example, examples


def rules_broken(kind: Kind, text: str) -> set[str]:
    return {finding.rule for finding in check_text(Text(Path("x"), 1, kind, text))}


@pytest.mark.parametrize("example", examples(), ids=str)
def test_the_text_before_is_found(example: Example) -> None:
    assert rules_broken(example.kind, example.before)


@pytest.mark.parametrize("example", examples(), ids=str)
def test_the_text_after_passes(example: Example) -> None:
    assert rules_broken(example.kind, example.after) == set()


def test_the_table_is_complete() -> None:
    assert len(examples()) > 50
    assert {example.kind for example in examples()} == {
        Kind.FUNCTION, Kind.COMMENT, Kind.MESSAGE, Kind.SCREEN, Kind.DOC, Kind.NAME,
    }  # fmt: skip


def test_every_pattern_has_a_unique_name_and_advice() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert all(rule.advice.endswith(".") for rule in RULES)


@pytest.mark.parametrize(
    ("kind", "text", "broken"),
    [
        (Kind.DOC, "Of the rows, ten are kept.", "begins-with-of"),
        (Kind.COMMENT, "What the worker keeps is older.", "begins-with-what"),
        (Kind.SCREEN, "What is kept", "begins-with-what"),
        (Kind.MESSAGE, "“x” is no currency.", "is-no"),
        (Kind.DOC, "The limit is said once.", "said"),
        (Kind.DOC, "There is none such.", "there-is-none"),
        (Kind.HEADING, "Removing for good", "for-good"),
        (Kind.FUNCTION, "The rows of a page.", "summary-of-a-function"),
        (Kind.FUNCTION, "Gives the rows.", "summary-of-a-function"),
        (Kind.FUNCTION, "Rows of a page.", "summary-of-a-function"),
        (Kind.FUNCTION, "Told to stop, leave the rest.", "summary-of-a-function"),
        (Kind.DOCSTRING, "A page; its rows.", "summary-in-pieces"),
        (Kind.NAME, "test_what_is_masked", "test-name"),
        (Kind.DOC, "word " * 41 + "end.", "long-sentence"),
    ],
)
def test_slips_of_each_kind_are_found(kind: Kind, text: str, broken: str) -> None:
    assert broken in rules_broken(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.DOC, "Of course it can be restored."),
        (Kind.HEADING, "What to read"),
        (Kind.SCREEN, "What happened?"),
        (Kind.MESSAGE, "The account is no longer active."),
        (Kind.MESSAGE, "There is no wallet for this account. Create one first."),
        (Kind.DOC, "Neither the UI nor the API can do it."),
        (Kind.FUNCTION, "Return the free slots of a business."),
        (Kind.FUNCTION, "Process one document."),
        (Kind.FUNCTION, "Focus the field."),
        (Kind.FUNCTION, "Refund once, even if submitted twice."),
        (Kind.DOCSTRING, "An appointment of a customer."),
        (Kind.COMMENT, "How many appointments a business takes at the same time; 1 when it has set no rule."),
        (Kind.NAME, "test_support_cannot_export_masked_columns"),
        (Kind.NAME, "edit_conflicts.py"),
    ],
)
def test_good_english_passes(kind: Kind, text: str) -> None:
    assert rules_broken(kind, text) == set()


def test_only_the_first_sentence_of_a_docstring_is_its_summary() -> None:
    assert rules_broken(Kind.FUNCTION, "Return the rows.\n\nThe newest comes first; ties are broken by id.") == set()
