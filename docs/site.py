"""What mkdocs must know of these pages: how their code blocks are run, and that some links lead into the repository."""

import re
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^```(\w+) +(.+)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\.\./[^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: Any) -> None:
    """Pages that mkdocs.yml does not list are the engineers'."""
    docs = Path(config.docs_dir)
    listed = re.findall(r"[\w/-]+\.md", str(config.nav))
    pages = sorted(str(file.relative_to(docs)) for file in docs.rglob("*.md"))
    for section in config.nav:
        if "Engineers" in section:
            section["Engineers"] += [page for page in pages if page not in listed]


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    file = Path(page.file.abs_src_path)
    return LINK.sub(lambda link: into_the_repository(link, file), explained(markdown))


def explained(markdown: str) -> str:
    """A fence's words (tests/docs/blocks.py) are for the test; a reader is told what is not run, and why."""
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
    """Such a file is no page of the site: its path is shown. A path that does not exist is a broken link."""
    docs = Path(__file__).parent
    target = (file.parent / link[2]).resolve()
    if target.is_relative_to(docs):
        return link[0]
    if not target.exists():
        raise FileNotFoundError(f"{file.name} links to {link[2]}, which does not exist")
    return f"{link[1]} (`{target.relative_to(docs.parent)}`)"
