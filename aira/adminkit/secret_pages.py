"""Show a new secret once: a page asks, and its answer holds the secret, which is shown nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from aira.adminkit.forms import in_words
from aira.schema.errors import Refused, explain

BEFORE = (
    "The next page shows the secret, only once. Before you continue, prepare the place where the program stores it."
)


@dataclass(frozen=True)
class Shown:
    """New secret with the name of what it belongs to. note: what becomes of the previous secret."""

    name: str
    secret: str
    note: str = ""


def sent(request: HttpRequest) -> Any:
    """Return what a form was sent with, or None on GET."""
    return request.POST if request.method == "POST" else None


def secret_page(
    request: HttpRequest,
    model: type[models.Model],
    form: forms.Form,
    *,
    title: str,
    button: str,
    back: str,
    do: Callable[[dict[str, Any]], Shown],
) -> HttpResponse:
    """Ask on GET. Act on POST, whose response holds the secret.

    Args:
        do: makes the secret from the form's values. A refusal is shown beside the field that it names as `member`.
    """
    context = {
        "title": title,
        "button": button,
        "before": BEFORE,
        "form": form,
        "opts": model._meta,
        "back": back,
        **admin.site.each_context(request),
    }
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                context["shown"] = do(dict(form.cleaned_data))
        except Refused as refused:
            member = getattr(refused, "member", None)
            form.add_error(member if member in form.fields else None, str(refused))
        except DatabaseError as error:
            refusal = explain(error)
            if refusal is None:
                raise
            form.add_error(refusal.field if refusal.field in form.fields else None, in_words(refusal))
    answer = render(request, "adminkit/secret.html" if "shown" in context else "adminkit/secret_form.html", context)
    add_never_cache_headers(answer)
    return answer
