"""Background jobs of the platform."""

from procrastinate.contrib.django import app

from aira.db import partitions


@app.periodic(cron="7 4 * * *")
@app.task(name="platform.add_partitions", queueing_lock="platform.add_partitions")
def add_partitions(timestamp: int) -> None:
    """Fails, and so shows among the jobs, when a partition can't be made; there are three months to act."""
    partitions.add_missing()
