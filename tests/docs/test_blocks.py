"""Test that the test of the pages fails if a page is wrong."""

from pathlib import Path

import pytest

from tests.docs.answers import matches
from tests.docs.blocks import OF_THEIR_OWN, BadBlock, Block, parse
from tests.docs.running import Reader


def page(text: str) -> list[Block]:
    return list(parse(Path("page.md"), text))


def shown(info: str, code: str, result: str | None = None) -> str:
    return f"```{info}\n{code}\n```\n" + (f"\n```result\n{result}\n```\n" if result is not None else "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```\nls\n```", "says nothing"),
        ("```cobol\nMOVE\n```", "says nothing"),
        ("```sh no-run:\nls\n```", "says nothing"),
        ("```sh as alice\nls\n```", "only SQL"),
        ("```sh by tests/api/test_docs.py\nls\n```", "does not read page.md"),
        ("    indented", "fence it"),
        ("```result\n1\n```", "belongs to the block above"),
        (shown("sql", "select 1", "1") + "```result\n1\n```", "belongs to the block above"),
    ],
)
def test_a_block_with_an_unclear_first_line_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadBlock, match=said):
        page(text)


def test_a_chapter_that_a_test_of_its_own_runs_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OF_THEIR_OWN, ("test_docs.py", "Recipes"), "tests/docs/test_blocks.py")
    text = shown("sh", "ls") + "## Recipes\n\n" + shown("sql whoever", "select 1") + "## After\n\n" + shown("sh", "ls")
    before, recipe, after = parse(Path("test_docs.py"), text)
    assert [block.runs_here for block in (before, recipe, after)] == [True, False, True]
    assert recipe.test == "tests/docs/test_blocks.py"


def test_blocks_with_a_reason_are_not_run() -> None:
    told, slow, run = page(
        shown("sh no-run: it needs docker", "docker ps") + shown("bash slow", "ls") + shown("sh", "ls")
    )
    assert (told.reason, told.runs_here) == ("it needs docker", False)
    assert (slow.slow, slow.runs_here) == (True, True)
    assert (run.slow, run.runs_here) == (False, True)


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("a | b\n1 | 2", True),
        (" a   |  b\n----+---\n 1 | …", True),
        ("a | b\n…", True),
        ("…\n1 | 2", True),
        ("a | b", False),
        ("a | b\n1 | 3", False),
        ("a | b\n1 | 2\n1 | 2", False),
        ("", False),
    ],
)
def test_an_answer_is_compared_by_cell(said: str, same: bool) -> None:
    assert matches(" a | b\n---+---\n 1 | 2\n(1 row)\n", said) is same


def test_statements_run_as_the_party_they_name_and_share_a_session(reader: Reader) -> None:
    text = (
        shown("sql as alice", "select count(*) from business_v2", "count\n1")
        + shown("sql as alice", "select id as business from business_v2 \\gset")
        + shown("sql as alice", "select name from business_v2 where id = :'business';", "name\nTrattoria da Alice")
        + shown("sql as service_role", "select count(*) from business_v2;", "count\n3")
        + shown("sql as anon", "select 1 from business_v2;", "ERROR:  42501: permission denied for table business_v2")
    )
    assert reader.run(page(text.replace("from business_v2\n", "from business_v2;\n"))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (shown("sql", "select 1 as a;", "a\n2"), "and the page says"),
        (shown("sql", "select nonsense;"), "was refused"),
        (shown("sql as nobody", "select 1;"), "broke off"),
        (shown("sh", "false"), "ended with 1"),
        (shown("sh exits 1", "true"), "ended with 0"),
        (shown("sh", "false | true"), "ended with 1"),
        (shown("sh", "echo a", "b"), "and the page says"),
        ("```console\n$ echo a\nb\n```", "and the page says"),
    ],
)
def test_a_block_that_contradicts_its_page_is_reported(reader: Reader, text: str, said: str) -> None:
    [problem] = reader.run(page(text))
    assert said in problem


def test_commands_find_the_checkout_and_the_database(reader: Reader) -> None:
    text = (
        shown("sh", "test -f manage.py && manage.py types --check")
        + shown("sh", 'psql -XAt "$DATABASE_DIRECT_URL" -c "select count(*) > 0 from public.appointments"', "t")
        + "```console\n$ echo one\none\n```"
    )
    assert reader.run(page(text)) == []
