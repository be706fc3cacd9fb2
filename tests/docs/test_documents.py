"""What README and docs show works. How a block says how it is run: tests/docs/blocks.py."""

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


@pytest.mark.parametrize("page", [page for page in PAGES if page.runs(slow=False)], ids=name)
def test_what_a_page_shows_can_be_done(page: Page, reader: Reader) -> None:
    problems = reader.run(page.runs(slow=False))
    assert not problems, "\n\n".join(problems)


def test_the_kb_updaters_page_can_be_followed_when_every_document_was_read(reader: Reader) -> None:
    """As `make run` leaves the demo, whose receiver reads them all."""
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
def test_what_takes_long_can_be_done(page: Page, reader: Reader) -> None:
    problems = reader.run(page.runs(slow=True))
    assert not problems, "\n\n".join(problems)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_python_json_and_yaml_are_well_formed(page: Page) -> None:
    """test_samples.py runs the guides' own."""
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
def test_supabase_js_takes_what_a_page_shows(page: Page, tmp_path: Path) -> None:
    """Compiled against the generated types; test_samples.py runs the guides' own."""
    folder = installed(tmp_path)
    shutil.copy(PROJECT / "docs/types/database.types.ts", folder)
    (folder / "page.ts").write_text("\n".join(block.text for block in page.of("ts")))
    assert compiled(folder, "page.ts") == ""


def test_what_is_not_run_has_a_reason_that_its_page_says() -> None:
    """A reader of the file sees the reason on the fence; docs/site.py prints it below the block."""
    reasons = [block.reason for page in PAGES for block in page.blocks if block.reason]
    assert reasons
    assert all(len(reason.split()) > 2 for reason in reasons), reasons
