"""Test that the examples of README and docs work. tests/docs/blocks.py says how blocks are run."""

import ast
import json
import shutil
from pathlib import Path

import pytest
import yaml

from aira.embedded import PROJECT
from tests.docs.blocks import Page, pages
from tests.docs.npm import compiled, installed
from tests.docs.running import Reader

PAGES = pages()


def name(page: Page) -> str:
    return page.name


# The commands of OPERATIONS.md take half a minute. Quick tests of tests/ops run most of them, too.
RUNS = [
    pytest.param(page, id=page.name, marks=[pytest.mark.slow] if page.name == "docs/OPERATIONS.md" else [])
    for page in PAGES
    if page.runs(slow=False)
]


@pytest.mark.parametrize("page", RUNS)
def test_a_page_can_be_followed(page: Page, reader: Reader) -> None:
    problems = reader.run(page.runs(slow=False))
    assert not problems, "\n\n".join(problems)


def test_the_kb_updaters_page_can_be_followed_when_every_document_was_read(reader: Reader) -> None:
    """Begin with the demo after `make run`, whose receiver has read every document."""
    for status in ("processing", "completed"):
        reader.database.owner(
            "update public.documents set processing_status = %s::public.processing_status"
            " where processing_status in ('pending', 'processing')",
            status,
        )
    assert not reader.database.owner("select 1 from public.documents where processing_status = 'pending'").fetchall()
    [page] = [page for page in PAGES if page.name == "docs/guides/kb-updater.md"]
    assert reader.run(page.runs(slow=False)) == []


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page.runs(slow=True) != page.runs(slow=False)], ids=name)
def test_a_page_with_slow_blocks_can_be_followed(page: Page, reader: Reader) -> None:
    problems = reader.run(page.runs(slow=True))
    assert not problems, "\n\n".join(problems)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_python_json_and_yaml_are_well_formed(page: Page) -> None:
    """Leave out the guides, whose samples test_samples.py runs."""
    for block in page.blocks:
        match block.language:
            case "python":
                ast.parse(block.text, block.where)
            case "json":
                json.loads(block.text)
            case "yaml":
                yaml.safe_load(block.text)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page.of("ts")], ids=name)
def test_samples_in_typescript_compile(page: Page, tmp_path: Path) -> None:
    """Compile against the generated types. test_samples.py runs the samples of the guides."""
    folder = installed(tmp_path)
    shutil.copy(PROJECT / "docs/types/database.types.ts", folder)
    (folder / "page.ts").write_text("\n".join(block.text for block in page.of("ts")))
    assert compiled(folder, "page.ts") == ""


def test_a_block_that_is_not_run_shows_its_reason() -> None:
    """Readers of the file see the reason at the fence. docs/site.py prints it below the block."""
    reasons = [block.reason for page in PAGES for block in page.blocks if block.reason]
    assert reasons
    assert all(len(reason.split()) > 2 for reason in reasons), reasons
