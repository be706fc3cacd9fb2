"""Background jobs of knowledge."""

import logging

from procrastinate.contrib.django import app

from knowledge.actions import rescue

log = logging.getLogger("aira.knowledge")


@app.periodic(cron="* * * * *")
@app.task(name="knowledge.rescue_documents", queueing_lock="knowledge.rescue_documents")
def rescue_documents(timestamp: int) -> None:
    """Queue documents again whose processing never ended. A document that was rescued three times fails."""
    for document, outcome in rescue():
        level = logging.ERROR if outcome == "failed" else logging.WARNING
        log.log(level, "document %s was stuck in processing: %s", document, outcome)
