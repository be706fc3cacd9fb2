"""Rows that take thousands along to the trash, or out of it: the worker moves them, not the request."""

from dataclasses import asdict
from typing import Any

from django.apps import apps
from django.db import transaction
from procrastinate.contrib.django import app as jobs
from rest_framework import status
from rest_framework.response import Response

from aira.audit.actor import Actor, acting
from aira.schema import trash
from aira.schema.models import TrashableModel
from aira.web.request_identity import actor_of

VERBS = {"trash": trash.discard, "restore": trash.restore}


def begin(view: Any, row: TrashableModel, verb: str) -> Response:
    """Have the worker do it, in the transaction of the request. Answer 202 with the row's address."""
    actor = actor_of(view.request._request)
    # By name: the module of the job imports this one.
    job = jobs.configure_task("api.move_rows")
    job.defer(model=row._meta.label_lower, pk=str(row.pk), verb=verb, actor=asdict(actor) if actor else None)
    where = f"/api/v1/{view.resource}/{row.pk}/"
    said = f"More than {trash.MANY:,} rows go along: a job does it. It is done when deleted_at of {where} shows it."
    return Response({"detail": said}, status.HTTP_202_ACCEPTED, headers={"Location": where})


def move(model: str, pk: str, verb: str, actor: Actor | None) -> None:
    """Do it once: what is moved already stays where it is. Raises what the database refuses, for the job's log."""
    rows = apps.get_model(model)._default_manager.filter(pk=pk)
    with acting(lambda: actor), transaction.atomic():
        VERBS[verb](rows)
