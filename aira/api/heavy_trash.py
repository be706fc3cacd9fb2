"""Move rows to the trash and back in a job, if thousands of rows belong to them."""

from dataclasses import asdict
from typing import Any

from django.apps import apps
from django.db import transaction
from procrastinate.contrib.django import app as jobs
from rest_framework import status
from rest_framework.response import Response

from aira.audit.actor import Actor, acting_as
from aira.schema import trash
from aira.schema.models import TrashableModel
from aira.web.request_identity import actor_of

VERBS = {"trash": trash.discard, "restore": trash.restore}


def begin(view: Any, row: TrashableModel, verb: str) -> Response:
    """Start the job in the transaction of the request. Return 202 with the address of the row."""
    actor = actor_of(view.request._request)
    # Name the job as text, since its module imports this one.
    job = jobs.configure_task("api.move_rows", allow_unknown=False)
    job.defer(model=row._meta.label_lower, pk=str(row.pk), verb=verb, actor=asdict(actor) if actor else None)
    where = f"/api/v1/{view.resource}/{row.pk}/"
    text = f"More than {trash.MANY:,} rows belong to it. A job moves them, and then deleted_at of {where} changes."
    return Response({"detail": text}, status.HTTP_202_ACCEPTED, headers={"Location": where})


def move(model: str, pk: str, verb: str, actor: Actor | None) -> None:
    """Move the rows. Idempotent. Raises what the database refuses, which the job's log then holds."""
    rows = apps.get_model(model)._default_manager.filter(pk=pk)
    with acting_as(lambda: actor), transaction.atomic():
        VERBS[verb](rows)
