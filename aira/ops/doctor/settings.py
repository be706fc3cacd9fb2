"""Look at the settings."""

from collections.abc import Iterator

from django.core import checks

from aira.ops.doctor.findings import MISSING, WRONG, Finding


def look() -> Iterator[Finding]:
    """Yield the messages of Django's deployment checks. Other steps cover the checks that need a database."""
    tags = sorted(checks.registry.registry.tags_available(deployment_checks=True) - {"database", "models"})
    for message in checks.run_checks(tags=tags, include_deployment_checks=True):
        # Missing addresses of other services have a step of their own.
        if not message.is_silenced() and not (message.id or "").startswith("outbox."):
            kind = WRONG if message.is_serious() else MISSING
            yield Finding(kind, f"{message.msg} ({message.id})", message.hint or "See manage.py check --deploy.")
