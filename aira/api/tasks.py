"""Define the background jobs of the API."""

from typing import Any

from procrastinate.contrib.django import app

from aira.api import heavy_trash, idempotency
from aira.audit.actor import Actor


@app.periodic(cron="11 * * * *")
@app.task(name="api.purge_answers", queueing_lock="api.purge_answers")
def purge_answers(timestamp: int) -> None:
    """Delete stored responses of the API that are too old to be repeated."""
    idempotency.purge()


@app.task(name="api.move_rows")
def move_rows(model: str, pk: str, verb: str, actor: dict[str, Any] | None) -> None:
    """Move a record to the trash or restore it, together with the records that belong to it."""
    heavy_trash.move(model, pk, verb, Actor(**actor) if actor else None)
