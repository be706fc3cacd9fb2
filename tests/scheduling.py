"""Run tests that share a costly fixture in one worker, so that the fixture is made once.

xdist's own groups (`--dist loadgroup`) have no effect with pytest 9, which no longer reads the attribute that holds
them.
"""

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

from aira.embedded import PROJECT


@cache
def group_of(file: str) -> str | None:
    """Return the folder or file, below the project, that shares a fixture, or None."""
    path = PROJECT / file
    written = text(path)
    beside = text(path.with_name("conftest.py"))
    if 'scope="package"' in beside:
        return str(Path(file).parent)
    return file if 'scope="module"' in written + beside else None


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


class Sharing(LoadScopeScheduling):
    """Give the workers groups, the largest first, and then every other test separately."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid
