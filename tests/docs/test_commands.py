"""Test that the commands of OPERATIONS and TROUBLESHOOTING that no block runs exist, and that tests run them elsewhere.

tests/docs/test_documents.py and tests/ops/test_troubleshooting.py run the blocks.
"""

import re
import shlex
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, get_commands, load_command_class

from aira.embedded import PROJECT
from tests.docs.blocks import SHELLS, Block, Page, pages

PAGES = {page.file.name: page for page in pages() if page.file.name in ("OPERATIONS.md", "TROUBLESHOOTING.md")}
INLINE = re.compile(r"`(manage\.py [^`]+)`")
TEST = re.compile(r"tests/\S+\.py")
# These need Docker, systemd as root, or a server that may be replaced. No test can run them.
NEEDS_A_MACHINE = ("docker compose", "systemctl", "createdb", "pgbackrest --stanza")


def not_run() -> list[Block]:
    return [block for page in PAGES.values() for block in page.blocks if block.language in SHELLS and block.reason]


def invocations(text: str) -> Iterator[list[str]]:
    """Yield the words after manage.py, for each line with it."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if "manage.py" in words:
            yield words[words.index("manage.py") + 1 :]


def written(page: Page) -> list[list[str]]:
    """Return the commands of a page's sentences, and of its blocks that are not run."""
    texts = [inline.replace("\n", " ") for inline in INLINE.findall(page.file.read_text(encoding="utf-8"))]
    texts += [block.text for block in page.blocks if block.reason]
    return [words for text in texts for words in invocations(text)]


@pytest.mark.parametrize("name", PAGES)
def test_each_command_and_option_of_the_page_exists(name: str) -> None:
    known = get_commands()
    for command, *arguments in written(PAGES[name]):
        assert command in known, command
        if not arguments:
            # A sentence may name a command without all that it needs.
            continue
        parser = load_command_class(known[command], command).create_parser("manage.py", command)
        # It raises CommandError for an option that the command does not know.
        parser.parse_args(arguments)


@pytest.mark.parametrize("block", not_run(), ids=lambda block: f"{block.page.name}:{block.line}")
def test_a_test_runs_each_command_of_a_block_that_is_not_run_here(block: Block) -> None:
    commands = list(invocations(block.text))
    if any(word in block.text for word in NEEDS_A_MACHINE) and not TEST.search(block.reason):
        return
    named = TEST.findall(block.reason)
    assert named, f"{block.where}: the reason names no test"
    text = "".join((PROJECT / test).read_text(encoding="utf-8") for test in named)
    for command, *arguments in commands:
        for word in (command, *(argument for argument in arguments if argument.startswith("--"))):
            assert f'"{word}"' in text, f"{block.where}: {named} runs no {word}"


def test_an_unknown_option_is_noticed() -> None:
    assert ["doctor", "--url", "https://console.example.com"] in written(PAGES["OPERATIONS.md"])
    parser = load_command_class(get_commands()["doctor"], "doctor").create_parser("manage.py", "doctor")
    with pytest.raises(CommandError):
        parser.parse_args(["--urls", "https://console.example.com"])


def test_no_block_of_these_pages_is_left_out() -> None:
    for page in PAGES.values():
        for block in page.blocks:
            if block.language in (*SHELLS, "sql"):
                assert block.runs_here or block.reason or block.test, block.where
