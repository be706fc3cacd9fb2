"""Test that the prose check reads all texts for people, and no code."""

from pathlib import Path

import pytest

from aira.devtools.prose.files import reader_of
from aira.devtools.prose.texts import Kind


def read(name: str, content: str) -> list[tuple[int, Kind, str]]:
    reader = reader_of(Path(name))
    assert reader is not None
    return [(text.line, text.kind, text.text) for text in reader(Path(name), content)]


def test_a_page_yields_paragraphs_items_headings_and_cells() -> None:
    page = "# Title\n\nOne line\nand `code`.\n\n- [An item](x.md)\n  goes on\n- second\n\n| a | b\\|c |\n| --- | --- |\n\n```sh\nno prose\n```\n"
    assert read("x.md", page) == [
        (1, Kind.HEADING, "Title"),
        (3, Kind.DOC, "One line and CODE."),
        (6, Kind.DOC, "An item goes on"),
        (8, Kind.DOC, "second"),
        (10, Kind.CELL, "a"),
        (10, Kind.CELL, "b\\|c"),
    ]


def test_words_that_the_glossary_avoids_are_not_read() -> None:
    page = "| word | do not write |\n| --- | --- |\n| permanently | for good |\n\n| a | b |\n| --- | --- |\n| c | d |\n"
    cells = [text for _, _, text in read("x.md", page)]
    assert cells == ["word", "permanently", "a", "b", "c", "d"]


def test_a_wide_line_of_a_page_is_a_text_unless_it_holds_a_link_or_code() -> None:
    wide = "word " * 30
    kinds = [kind for _, kind, _ in read("x.md", f"{wide}\n\n{wide}[x](y)\n\n| {wide} |\n\n```sh\n{wide}\n```\n")]
    assert kinds.count(Kind.LINE) == 1


def test_python_yields_docstrings_comments_and_messages() -> None:
    source = '''"""Do it."""

import x


class A:
    """A thing."""

    @property
    def size(self) -> int:
        """The size."""

    def run(self) -> None:
        """Run it."""
        # Because of this
        # and that.
        raise ValueError(f"“{x}” is not a number.")  # noqa: S608

        # On its own.
        x("select id from rows", "some_name", r"\\d words here")
'''
    texts = read("a/b.py", source)
    assert sorted(texts) == [
        (1, Kind.DOCSTRING, "Do it."),
        (1, Kind.NAME, "b.py"),
        (7, Kind.DOCSTRING, "A thing."),
        (11, Kind.DOCSTRING, "The size."),
        (14, Kind.FUNCTION, "Run it."),
        (15, Kind.COMMENT, "Because of this and that."),
        (17, Kind.MESSAGE, "“X” is not a number."),
        (19, Kind.COMMENT, "On its own."),
    ]


def test_python_tests_yield_their_names_and_no_messages() -> None:
    source = 'def test_alice_can_log_in() -> None:\n    """She has a password."""\n    assert x("She is in."), "no"\n'
    assert read("tests/test_x.py", source) == [
        (1, Kind.NAME, "test_x.py"),
        (1, Kind.NAME, "test_alice_can_log_in"),
        (2, Kind.TEST, "She has a password."),
    ]


def test_sql_yields_comments_messages_and_hints() -> None:
    source = """-- How many there are;
-- never null.
select 1;
    raise exception 'wallet of % isn''t active', x
        using errcode = 'check_violation', constraint = 'wallet_is_active', hint = 'Ask staff to start it.';
"""
    assert read("x.sql", source) == [
        (1, Kind.COMMENT, "How many there are; never null."),
        (4, Kind.MESSAGE, "wallet of X isn't active"),
        (5, Kind.MESSAGE, "Ask staff to start it."),
    ]


def test_each_argument_and_error_of_an_sql_header_is_a_text_of_its_own() -> None:
    source = """-- Refund a transaction.
-- p_amount: in its currency,
--   two decimals.
-- Errors: 23514 refund_exceeds_amount.
select 1;
"""
    assert read("x.sql", source) == [
        (1, Kind.COMMENT, "Refund a transaction."),
        (2, Kind.COMMENT, "p_amount: in its currency, two decimals."),
        (4, Kind.COMMENT, "Errors: 23514 refund_exceeds_amount."),
    ]


def test_the_header_of_a_lint_yields_a_text_for_each_field() -> None:
    source = "-- level: warn\n-- title: An index\n-- why: It is slow.\n-- It goes on.\nselect 1\n"
    assert read("x.sql", source) == [
        (1, Kind.COMMENT, "warn"),
        (2, Kind.COMMENT, "An index"),
        (3, Kind.COMMENT, "It is slow. It goes on."),
    ]


def test_a_template_yields_what_its_reader_sees() -> None:
    source = """{# Why it is so. #}
<style>a { color: red }</style>
<p title="A title">Money of <b>{{ name }}</b> is here.</p>
{% if x %}<a href="x">{% translate "Go on" %}</a>{% endif %}
"""
    assert sorted(read("x.html", source)) == [
        (1, Kind.COMMENT, "Why it is so."),
        (3, Kind.SCREEN, "A title"),
        (3, Kind.SCREEN, "Money of X is here."),
        (4, Kind.SCREEN, "Go on"),
    ]


@pytest.mark.parametrize(
    "name", ["Makefile", "deploy/compose.yaml", ".env.example", "pyproject.toml", "deploy/Dockerfile"]
)
def test_comments_of_settings_are_read_and_disabled_settings_are_not(name: str) -> None:
    assert read(name, "# Two lines\n# of comment.\nA=1  # not alone\n#B=2\n") == [
        (1, Kind.COMMENT, "Two lines of comment.")
    ]


@pytest.mark.parametrize("name", ["x.png", "x.json", "x.css"])
def test_files_without_prose_have_no_reader(name: str) -> None:
    assert reader_of(Path(name)) is None
