"""Join the guides of docs/ into the introduction of the reference, so that each text has one place."""

import re
from pathlib import Path

from django.conf import settings

# The guides in the order of the reference.
GUIDES = (
    "api/authentication.md",
    "api/requests.md",
    "api/errors.md",
    "api/pagination.md",
    "api/idempotency.md",
    "api/bulk.md",
    "api/files.md",
    "api/jobs.md",
    "guides/events.md",
    "api/clients.md",
    "api/testing.md",
    "api/versioning.md",
    "api/CHANGELOG.md",
)
LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]*)(?:#[^)\s]*)?\)")
# Words after the language of a block are for the tests of the documents.
FENCE = re.compile(r"^```(\w+) .+$", re.MULTILINE)
OPENING = """\
Scripts, finance exports, support bots and the tools of other teams use this API. It speaks JSON over the same tables \
and rules as the staff console. The guides below explain what all operations share. The operations follow, by resource.
"""


def introduction() -> str:
    """Return the guides as one Markdown text."""
    docs = Path(settings.BASE_DIR) / "docs"
    pages = {Path(name).name: (docs / name).read_text(encoding="utf-8") for name in GUIDES}
    titles = {name: text.partition("\n")[0].removeprefix("# ") for name, text in pages.items()}

    def linked(link: re.Match[str]) -> str:
        text, address = link[1], link[2]
        if address.startswith("https://"):
            return link[0]
        # The reference has an anchor for each guide. Other pages are not beside it.
        title = titles.get(Path(address).name)
        return f"[{text}](#section/{title.replace(' ', '-')})" if title else text

    texts = [FENCE.sub(r"```\1", LINK.sub(linked, text)).strip() for text in pages.values()]
    return "\n\n".join([OPENING.strip(), *texts]) + "\n"
