"""Test that the site of the pages is complete, has no broken link, and works without a network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aira.embedded import PROJECT


def build(source: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(site)],
        cwd=source,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does. It is strict: a broken link or an unlisted page fails it."""
    folder = tmp_path_factory.mktemp("site")
    built = build(PROJECT, folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of mkdocs.yml and docs/, in which tests make mistakes."""
    shutil.copy(PROJECT / "mkdocs.yml", tmp_path)
    for name in ("docs", "tests/schema"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.png", "__pycache__"))
    for picture in (PROJECT / "docs").rglob("*.png"):
        (tmp_path / picture.relative_to(PROJECT)).touch()
    # The pages link these files; the hook asks whether they exist.
    for page in (PROJECT / "docs").rglob("*.md"):
        for linked in re.findall(r"\]\((\.\./[^)#\s]+)", page.read_text()):
            target = tmp_path / (page.parent / linked).resolve().relative_to(PROJECT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
    return tmp_path


def test_every_page_is_built(site: Path) -> None:
    pages = {file.relative_to(PROJECT / "docs").with_suffix(".html") for file in (PROJECT / "docs").rglob("*.md")}
    assert len(pages) > 12
    assert {page for page in pages if not (site / page).is_file()} == set()


@pytest.mark.parametrize(
    ("page", "link", "said"),
    [
        pytest.param("CONTRACT.md", "[x](NOWHERE.md)", "NOWHERE.md", marks=pytest.mark.slow),
        ("CONTRACT.md", "[x](ARCHITECTURE.md#nowhere)", "does not contain an anchor '#nowhere'"),
        pytest.param("guides/ui.md", "[x](#nowhere)", "there is no such anchor", marks=pytest.mark.slow),
        pytest.param("CONTRACT.md", "[x](../tests/schema/nowhere.txt)", "which does not exist", marks=pytest.mark.slow),
    ],
)
def test_a_link_that_leads_nowhere_fails_the_build(copy: Path, page: str, link: str, said: str) -> None:
    file = copy / "docs" / page
    file.write_text(f"{file.read_text()}\n\n{link}\n")
    built = build(copy, copy / "site")
    assert built.returncode != 0
    assert said in built.stdout + built.stderr


def test_an_unlisted_page_stands_among_those_of_the_engineers(copy: Path) -> None:
    (copy / "docs" / "STRANGER.md").write_text("# A stranger\n")
    built = build(copy, copy / "site")
    assert built.returncode == 0, built.stderr
    engineers = (copy / "site" / "index.html").read_text().split("Engineers")[-1].split("Contributors")[0]
    assert "A stranger" in engineers


def test_the_site_loads_nothing_from_other_hosts(site: Path) -> None:
    loaded = re.compile(
        r"""<(?:script|img|iframe|source)[^>]+src=["']?(https?:|//)|<link[^>]+stylesheet[^>]+(https?:|//)"""
    )
    for page in site.rglob("*.html"):
        assert not loaded.search(page.read_text()), page.name
    for style in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:|//)", style.read_text()), style.name


def test_a_block_that_is_not_run_says_why_on_the_site(site: Path) -> None:
    page = (site / "OPERATIONS.html").read_text()
    assert "Not run by a test: the demo has no month to archive; tests/ops/test_archive.py restores one." in page
    assert "no-run" not in page


def test_links_of_the_readme_lead_to_pages(site: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)?(#[^)\s]+)?\)", (PROJECT / "README.md").read_text())
    assert len(links) > 8
    for path, anchor in links:
        if not path or path.startswith("https://"):
            continue
        assert (PROJECT / path).exists(), path
        if anchor:
            page = site / Path(path).relative_to("docs").with_suffix(".html")
            assert f'id="{anchor[1:]}"' in page.read_text(), path + anchor
