"""Show engineers what is slow and why: statements, lock waits, growth, and indexes that nobody uses."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format

from aira.ops.statistics import figures
from aira.ops.statistics.plan import NoPlan, plan_of
from aira.ops.statistics.snapshot import why_hidden, why_not_counted
from aira.schema.sql_calls import rows

SHOWN = 160


@staff_member_required(login_url="admin:login")
@permission_required("console.view_advisor", raise_exception=True)
def performance_page(request: HttpRequest) -> HttpResponse:
    """Show the figures of the last day or week."""
    days = next((days for days in figures.PERIODS if request.GET.get("days") == str(days)), figures.PERIODS[0])
    order = request.GET.get("order") if request.GET.get("order") in figures.ORDERS else "total"
    context = {
        "title": "Performance",
        "days": days,
        "periods": figures.PERIODS,
        "order": order,
        "orders": figures.ORDERS,
        "newest": figures.newest(),
        "gaps": [gap for gap in (why_not_counted(), why_hidden()) if gap is not None],
        "statements": [statement(found) for found in figures.read("ranking", days=days, order=order)],
        "waits": [wait(found) for found in figures.read("waits", days=days)],
        "growth": [growth(found) for found in figures.read("growth")],
        "unused": [found | {"size": size(found["bytes"])} for found in figures.read("unused")],
        **admin.site.each_context(request),
    }
    return render(request, "console/performance.html", context)


@staff_member_required(login_url="admin:login")
@permission_required("console.view_advisor", raise_exception=True)
def statement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a statement with its figures of each day, and its plan if the address asks for it."""
    found = rows("select s.role, s.command, s.text from private.statements s where s.id = %s", pk)
    if not found:
        raise Http404("No statement has this id. The server forgot it, or 14 days have passed.")
    [(role, command, text)] = found
    context: dict[str, Any] = {
        "title": "Statement",
        "pk": pk,
        "role": role,
        "text": text or untold(command),
        "readable": text is not None,
        "days": [of_day(found) for found in figures.read("days", id=pk)],
        **admin.site.each_context(request),
    }
    if request.GET.get("plan") == "show":
        try:
            context["plan"] = "\n".join(plan_of(pk))
        except NoPlan as refused:
            context["refused"] = str(refused)
    return render(request, "console/performance_statement.html", context)


def statement(found: dict[str, Any]) -> dict[str, Any]:
    """Return a statement of the ranking as the template shows it."""
    text = found["text"] or untold(found["command"])
    return {
        "id": found["id"],
        "text": short(text),
        "role": found["role"],
        "calls": number(found["calls"]),
        "total": number(found["total_s"]),
        "share": f"{number_format(found['share'] * 100, 0)} %",
        "mean": number(found["mean_ms"]),
        "before": number(found["mean_ms_before"]),
        "trend": trend(found["mean_ms"], found["mean_ms_before"]),
        "rows": number(found["rows_per_call"]),
    }


def of_day(found: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a statement's day as the template shows them."""
    numbers = {name: number(found[name]) for name in ("calls", "total_s", "mean_ms", "rows_per_call")}
    return numbers | {"day": found["day"], "read": size(found["bytes_read"]), "temp": size(found["temp_bytes"])}


def wait(found: dict[str, Any]) -> dict[str, Any]:
    """Return a kind of lock wait as the template shows it."""
    return found | {
        "blocked": short(found["blocked"] or "–"),
        "blocking": short(found["blocking"] or "–"),
        "longest": number(found["longest"]),
    }


def growth(found: dict[str, Any]) -> dict[str, Any]:
    """Return the sizes of a table or index as the template shows them."""
    changes = {name: signed(found[name]) for name in ("in_a_day", "in_a_week", "in_a_month")}
    return found | {"size": size(found["bytes"])} | changes


def untold(command: str | None) -> str:
    """Return the words that replace the text of a statement, if it is not stored."""
    return f"{command or 'A statement'} (its text is not stored, since it may hold values)"


def short(text: str) -> str:
    """Return the beginning of a statement in one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def number(value: Any) -> str:
    """Return a number. A small one that is not whole has two decimals."""
    if value is None:
        return "–"
    digits = 2 if 0 < value < 10 and value != int(value) else 0
    return number_format(Decimal(value), digits, force_grouping=True)


def trend(now: float, before: float | None) -> str:
    """Return the change of a mean in percent."""
    if not before:
        return "new"
    return f"{(now / before - 1) * 100:+.0f} %".replace("-", "−")


def size(value: Any) -> str:
    """Return a number of bytes for people."""
    return "–" if value is None else filesizeformat(int(value))


def signed(value: Any) -> str:
    """Return a change of a size with its sign."""
    if value is None:
        return "–"
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{filesizeformat(abs(int(value)))}"
