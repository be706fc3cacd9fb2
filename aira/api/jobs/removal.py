"""Remove files and results after a day, and the rows of jobs after a month."""

from django.db import transaction
from django.utils import timezone

from aira.api.jobs.creating import remove_content
from aira.api.jobs.models import ApiJob
from aira.api.jobs.progress import ROWS


def purge() -> int:
    """Remove what has expired, job by job. Return how many files and results were removed."""
    removed, now = 0, timezone.now()
    for pk in list(ApiJob.objects.filter(expires_at__lt=now, removed_at=None).values_list("pk", flat=True)):
        with transaction.atomic():
            job = ApiJob.objects.select_for_update(skip_locked=True).filter(pk=pk, removed_at=None).first()
            if job is not None:
                remove_content(job)
                removed += 1
    ApiJob.objects.filter(finished_at__lt=now - ROWS).delete()
    return removed
