"""Background jobs of the API."""

from procrastinate.contrib.django import app

from aira.api import idempotency


@app.periodic(cron="11 * * * *")
@app.task(name="api.purge_answers", queueing_lock="api.purge_answers")
def purge_answers(timestamp: int) -> None:
    """Answers to requests that nobody will send again."""
    idempotency.purge()
