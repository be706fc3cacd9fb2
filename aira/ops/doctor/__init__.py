"""Walk through a deployment, and say what to do next.

Each step looks at one part and yields findings. The steps run in an order in which each one relies on those before. A
step that makes the later ones impossible, such as a database that is away, ends the walk.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aira.ops.doctor import database, settings, site, work
from aira.ops.doctor.findings import Blocked, Finding

__all__ = ["Finding", "Step", "steps", "walk"]


@dataclass(frozen=True)
class Step:
    """Part of a deployment."""

    name: str
    look: Callable[[], Iterator[Finding]]


def steps(url: str | None = None) -> list[Step]:
    """Return the steps in their order.

    Args:
        url: address of the site as people open it. Without it, the proxy is not looked at.
    """
    return [
        Step("settings", settings.look),
        Step("database", database.connections_work),
        Step("pooler", database.no_pooler_between),
        Step("migrations", database.migrated),
        Step("roles", database.roles),
        Step("worker", work.worker),
        Step("services", work.services),
        Step("mail", work.mail),
        Step("staff", work.staff),
        Step("backups", work.backups),
        Step("anchors", work.anchors),
        Step("statistics", work.statistics),
        Step("health", work.health),
        Step("site", lambda: site.look(url)),
    ]


def walk(url: str | None = None) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the name of each step with its findings. A step without findings is in order."""
    for step in steps(url):
        found = []
        try:
            for finding in step.look():
                found.append(finding)
        except Blocked as blocked:
            yield step.name, [*found, blocked.finding]
            return
        yield step.name, found
