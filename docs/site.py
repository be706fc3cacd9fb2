"""Prepare the pages for mkdocs: explain which code blocks are run, and show paths for links into the repository."""

import re
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^```(\w+) +(.+)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\.\./[^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: Any) -> None:
    """Add the pages that mkdocs.yml does not list to those of the engineers."""
    docs = Path(config.docs_dir)
    listed = re.findall(r"[\w/-]+\.md", str(config.nav))
    pages = sorted(str(file.relative_to(docs)) for file in docs.rglob("*.md"))
    for section in config.nav:
        if "Engineers" in section:
            section["Engineers"] += [page for page in pages if page not in listed]


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Return the page as mkdocs shows it."""
    file = Path(page.file.abs_src_path)
    return LINK.sub(lambda link: into_the_repository(link, file), explained(markdown))


def explained(markdown: str) -> str:
    """Remove the words of a fence that only the test reads (tests/docs/blocks.py), and show why a block is not run."""
    lines: list[str] = []
    below = ""
    for line in markdown.split("\n"):
        if fence := FENCE.match(line):
            line = f"```{fence[1]}"
            _, _, reason = fence[2].partition("no-run: ")
            below = f"*Not run by a test: {reason}.*" if reason else ""
        elif line == "```result":
            line = "```text"
        elif line == "```" and below:
            line = f"```\n\n{below}"
            below = ""
        lines.append(line)
    return "\n".join(lines)


def into_the_repository(link: re.Match[str], file: Path) -> str:
    """Replace a link to a file outside the site by its path. Raise FileNotFoundError if there is no such file."""
    docs = Path(__file__).parent
    target = (file.parent / link[2]).resolve()
    if target.is_relative_to(docs):
        return link[0]
    if not target.exists():
        raise FileNotFoundError(f"{file.name} links to {link[2]}, which does not exist")
    return f"{link[1]} (`{target.relative_to(docs.parent)}`)"
