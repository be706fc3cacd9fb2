"""Export a filtered list as a file. CSV is streamed, XLSX has a limit. Each export is recorded with a reason."""

from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connections, models, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from unfold.widgets import UnfoldAdminSelectWidget

from aira.adminkit.forms import in_words
from aira.adminkit.list_columns import COLUMNS, chosen_columns
from aira.adminkit.reasons import ReasonForm
from aira.exports.list_exports import PERMISSION, StartedStream, cursor_transaction, file_name, record_export
from aira.exports.spreadsheets import csv_lines, xlsx
from aira.personal.masks import as_seen
from aira.schema import replica
from aira.schema.errors import explain
from aira.schema.sql_calls import rows

XLSX_LIMIT = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The longest time that counting the rows takes.
COUNT_TIMEOUT = "15s"
# The columns that describe what a row belongs to, exported beside its id.
NAMES = {
    "platform.account": ("email",),
    "businesses.business": ("name", "timezone"),
    "telephony.businessnumber": ("phone_number",),
}
ZONE = "business__timezone"


class ExportForm(ReasonForm):
    """Form that asks for the reason and the format of an export."""

    format = forms.ChoiceField(
        choices=[("csv", "CSV"), ("xlsx", f"XLSX, for Excel (up to {XLSX_LIMIT:,} rows)")],
        widget=UnfoldAdminSelectWidget,
    )


class ExportMixin:
    """Mixin of a list with an export of its filtered rows.

    It needs `console.export_lists` and the permission to view.
    """

    model: type[models.Model]
    opts: Any
    admin_site: Any
    exclude: Any
    available_columns: Any
    fields_of: Any
    list_before_template = "adminkit/list_head.html"

    def get_urls(self) -> list[Any]:
        """Add the export page."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Tell whether the member of staff can export this list."""
        return bool(self.has_view_permission(request)) and request.user.has_perm(PERMISSION)  # type: ignore[attr-defined]

    def export_columns(self, request: HttpRequest) -> list[str]:
        """Return the paths of the exported columns: the chosen ones in their order, or those of the table."""
        left_out = set(self.exclude or ())
        fields: list[Any] = [
            one for one in self.model._meta.concrete_fields if not (one.name in left_out or one.generated)
        ]
        if chosen := chosen_columns(request, self.available_columns(request)):
            found = list(dict.fromkeys(name for column in chosen for name in self.fields_of(column)))
            fields = [self.model._meta.get_field(name) for name in found or [self.model._meta.pk.name]]
        columns: list[str] = []
        for field in fields:
            columns.append(field.attname)
            if isinstance(field, models.ForeignKey):
                names = NAMES.get(field.related_model._meta.label_lower, ())
                columns += [f"{field.name}__{name}" for name in names]
        return columns

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for format and reason, then return the file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        try:
            cl = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        except IncorrectLookupParameters as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(back)
        except DisallowedModelAdminLookup:
            messages.error(request, "Nothing was exported. This list can't be filtered by the field in the link.")
            return HttpResponseRedirect(back)
        here = request.GET.urlencode()
        back += f"?{here}" if here else ""
        try:
            with transaction.atomic():
                rows("select set_config('statement_timeout', %s, true)", COUNT_TIMEOUT)
                count = cl.queryset.order_by().count()
                totals = self.list_totals(cl.queryset) if hasattr(self, "list_totals") else []
        except DatabaseError as error:
            refusal = explain(error)
            if refusal is None:
                raise
            messages.error(request, in_words(refusal))
            return HttpResponseRedirect(back)
        form = ExportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            kind, columns = form.cleaned_data["format"], self.export_columns(request)
            if kind == "xlsx" and count > XLSX_LIMIT:
                form.add_error(
                    "format",
                    f"XLSX can have at most {XLSX_LIMIT:,} rows, but the list has {count:,}. Choose CSV, or filter it.",
                )
            else:
                details = {"format": kind, "rows": count, "filters": sorted(request.GET)}
                record_export(self.model, details, form.cleaned_data["reason"])

                def ask(using: str) -> Iterator[Iterable[Any]]:
                    found = self.export_rows(request, cl.queryset.using(using), columns)
                    # A standby may cancel the query. The primary then runs it.
                    return StartedStream(found) if using == replica.ALIAS else found

                found, source = replica.read(ask)
                shown = in_its_zone(columns, masked(self.model, columns, found))
                response = answer(kind, self.opts.model_name, titles(self.model, columns), shown)
                response["X-Read-From"] = str(source)
                return response
        context = {
            "title": f"Export {self.opts.verbose_name_plural}",
            "form": form,
            "count": count,
            "totals": totals,
            "columns": titles(self.model, self.export_columns(request)) if COLUMNS in request.GET else [],
            "back": back,
            "what": self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural,
            **self.admin_site.each_context(request),
        }
        return render(request, "adminkit/export.html", context)

    def export_rows(
        self, request: HttpRequest, queryset: QuerySet[Any], columns: list[str]
    ) -> Generator[Iterable[Any]]:
        """Yield the rows through a server-side cursor."""
        query, params = with_names(queryset, columns).query.sql_with_params()
        with cursor_transaction(queryset.db), connections[queryset.db].chunked_cursor() as cursor:
            cursor.execute(query, params)
            yield from cursor


def with_names(queryset: QuerySet[Any], columns: list[str]) -> QuerySet[Any]:
    """Return the columns' values. Rows whose account or business was removed are included, without its name."""
    wanted: list[Any] = []
    for column in columns:
        of, _, name = column.rpartition("__")
        if of:
            # A path would be an INNER JOIN, which omits those rows.
            field = queryset.model._meta.get_field(of)
            named = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
            queryset = queryset.annotate(**{f"named_{column}": Subquery(named.values(name))})
        wanted.append(f"named_{column}" if of else column)
    return queryset.values_list(*wanted)


def masked(model: type[models.Model], columns: list[str], found: Iterator[Iterable[Any]]) -> Iterator[Iterable[Any]]:
    """Mask personal data as in a list. Records that were revealed one by one stay masked in a file."""
    about: list[tuple[Any, str]] = []
    for column in columns:
        of, _, name = column.rpartition("__")
        about.append((model._meta.get_field(of).related_model if of else model, name))
    for row in found:
        yield [as_seen(of, None, name, value) for (of, name), value in zip(about, row, strict=True)]


def titles(model: type[models.Model], columns: list[str]) -> list[str]:
    """Return the heads of the columns in words, such as “Owner email”."""
    found = []
    for column in columns:
        of, _, name = column.rpartition("__")
        field: Any = model._meta.get_field(of or name)
        inner = field.related_model._meta.get_field(name).verbose_name if of else ""
        # The attribute of a foreign key, such as user_id, is its id.
        key = "id" if not of and field.attname != field.name else ""
        words = " ".join(str(part) for part in (field.verbose_name, inner, key) if part)
        found.append(words[:1].upper() + words[1:])
    # A head that occurs twice would be ambiguous.
    return [head if found.count(head) == 1 else column for head, column in zip(found, columns, strict=True)]


def in_its_zone(columns: list[str], found: Iterator[Iterable[Any]]) -> Iterator[Iterable[Any]]:
    """Show times in the time zone of the row's business, with their offset from UTC."""
    if ZONE not in columns:
        yield from found
        return
    at = columns.index(ZONE)
    for row in found:
        values = list(row)
        zone = ZoneInfo(values[at]) if values[at] else None
        yield [value.astimezone(zone) if zone and isinstance(value, datetime) else value for value in values]


def answer(kind: str, name: str, columns: list[str], found: Iterator[Iterable[Any]]) -> HttpResponseBase:
    """Return the rows as a file in the requested format."""
    disposition = {"Content-Disposition": f'attachment; filename="{file_name(name, kind)}"'}
    if kind == "csv":
        return StreamingHttpResponse(
            # Excel recognises UTF-8 by this mark.
            chain(["\ufeff"], csv_lines(columns, found)),
            content_type="text/csv; charset=utf-8",
            headers=disposition,
        )
    return HttpResponse(xlsx(name, columns, found), content_type=XLSX, headers=disposition)
