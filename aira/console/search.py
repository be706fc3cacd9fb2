"""One search over everything: a page of its own, and what the command palette finds."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from unfold.dataclasses import SearchResult

from aira.console.base import may_view
from aira.db.functions import rows
from aira.db.models import Account
from billing.models import Transaction
from bookings.models import Appointment
from businesses.models import Business
from knowledge.models import Document
from telephony.models import BusinessNumber

# Kinds of private.search, in its order: the model, its icon.
KINDS: dict[str, tuple[type[models.Model], str]] = {
    "account": (Account, "person"),
    "business": (Business, "storefront"),
    "number": (BusinessNumber, "call"),
    "transaction": (Transaction, "receipt_long"),
    "appointment": (Appointment, "event"),
    "document": (Document, "description"),
}
LIMIT = 20
PALETTE_LIMIT = 5


@dataclass(frozen=True)
class Found:
    kind: str
    label: str
    detail: str
    url: str


def find(request: HttpRequest, text: str, limit: int) -> list[Found]:
    """What the member of staff may view of what the text may mean; at most `limit` of a kind."""
    found = []
    # PostgreSQL's text can't hold the character, so nothing is called by it.
    query = text.replace("\0", "").strip()
    for kind, row, label, detail in rows("select kind, id, label, detail from private.search(%s, %s)", query, limit):
        model = KINDS[kind][0]
        if may_view(request, model):
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row])
            found.append(Found(kind, label or str(row), detail or "", url))
    return found


@staff_member_required(login_url="admin:login")
def search_page(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    found = find(request, text, LIMIT)
    groups = [
        (KINDS[kind][0]._meta.verbose_name_plural, list(group))
        for kind, group in groupby(found, key=attrgetter("kind"))
    ]
    context = {"title": "Search", "text": text, "groups": groups, **admin.site.each_context(request)}
    return render(request, "console/search.html", context)


def palette(request: HttpRequest, search_term: str) -> list[SearchResult]:
    """For unfold, which makes the term lower case; a Stripe id is not found like that."""
    return [
        SearchResult(title=one.label, description=one.detail or one.kind, link=one.url, icon=KINDS[one.kind][1])
        for one in find(request, request.GET.get("s", search_term), PALETTE_LIMIT)
    ]
