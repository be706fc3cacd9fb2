"""Detect edit conflicts.

A person who saves or deletes a record sees first what others have changed since.

The version of a record is its newest audit event. The audit holds the changes of all writers in the order of their
commits, because events are written under the row's lock. A change of a column that the form does not write is not a
conflict: a wallet whose balance changes all day can still be stopped.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime

from aira.audit.events import changes, tables_of, verb, who
from aira.audit.models import AuditEvent
from aira.formats.dates import time_text
from aira.schema.models import Account

SEEN = "seen"
NEVER_SEEN = (
    "Nothing was saved, because the record may have changed since you opened it. Check the values below and save again."
)
KEPT = "Your input is kept. To overwrite their changes, save again."


@dataclass(frozen=True)
class LaterChanges:
    """Changes of a record since a page of it was shown.

    Attributes:
        newest: the version of the record now.
        known: whether the page carried a valid version.
        people: who changed the record.
        fields: for each changed field, a sentence on who changed it, when and how.
        trashed: a sentence on who moved the record to the trash or restored it.
    """

    newest: int
    known: bool
    people: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    trashed: str | None = None

    @property
    def sentences(self) -> list[str]:
        """All changes, as sentences."""
        return [*([self.trashed] if self.trashed else []), *(self.fields or {}).values()]


def newest_event(model: type[models.Model], pk: Any) -> int:
    """Return the id of the newest audit event of a record, or 0 if it has none."""
    same = AuditEvent.objects.filter(row_id=str(pk), table_name__in=tables_of(model))
    return same.order_by().aggregate(newest=Max("pk"))["newest"] or 0


def since(model: type[models.Model], pk: Any, seen: str | None) -> LaterChanges:
    """Return the changes of a record after the version `seen`.

    Call it under the row's lock, so that nothing changes between the comparison and the write.
    """
    if not (seen and seen.isascii() and seen.isdigit() and len(seen) < 19):
        return LaterChanges(newest_event(model, pk), known=False)
    same = AuditEvent.objects.filter(row_id=str(pk), table_name__in=tables_of(model), pk__gt=int(seen))
    events = list(same.order_by("pk"))
    if not events:
        return LaterChanges(int(seen), known=True)
    users = {event.actor_id for event in events if event.actor_kind == "user" and event.actor_id}
    names = {str(account.pk): str(account) for account in Account.objects.filter(pk__in=users)}
    then: dict[str, Any] = {}
    last: dict[str, AuditEvent] = {}
    fields: dict[str, str] = {}
    links = {
        through._meta.db_table: field
        for field in model._meta.many_to_many
        if (through := field.remote_field.through) is not None
    }
    for event in events:
        if field := links.get(event.table_name):
            fields[field.name] = f"{signed(event, names)} changed the {field.verbose_name}."
            continue
        for column, value in (event.before or {}).items():
            then.setdefault(column, value)
            last[column] = event
    trashed = None
    columns = {field.column: field for field in model._meta.fields}
    for column, event in last.items():
        now = (event.after or {}).get(column)
        # A value that was changed back is not a conflict. Passwords are the exception, since their values are not
        # recorded.
        if column not in columns or (then[column] == now and column != "password"):
            continue
        if column == "deleted_at":
            trashed = f"{signed(event, names)}: {verb(event)}."
            continue
        [change] = changes(model, pk, {column: then[column]}, {column: now}, whole=False)
        fields[columns[column].name] = (
            f"{signed(event, names)} changed the {change.label} from {change.before} to {change.after}."
        )
    people = tuple(dict.fromkeys(who(event, names) for event in events))
    return LaterChanges(events[-1].pk, True, people, fields, trashed)


def signed(event: AuditEvent, names: dict[str, str]) -> str:
    """Return when an event happened and who caused it."""
    return f"{time_text(localtime(event.at), seconds=True)}, {who(event, names)}"


class ConflictFormMixin:
    """Mixin of a form that refuses to overwrite changes which others made since the form was shown."""

    meanwhile: LaterChanges

    def _post_clean(self: Any) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.meanwhile.known:
            self.add_error(None, ValidationError(NEVER_SEEN, code="never_seen"))
            return
        # The form is bound to the current row, so changed_data holds what the save would change.
        found = {name: message for name, message in (self.meanwhile.fields or {}).items() if name in self.changed_data}
        for name, message in found.items():
            self.add_error(name, ValidationError(message, code="changed_meanwhile"))
        if found or self.meanwhile.trashed:
            by = " and ".join(self.meanwhile.people)
            message = (
                f"Nothing was saved, because {by} changed this record after you opened it. "
                f"{self.meanwhile.trashed or ''}"
            )
            self.add_error(None, ValidationError(f"{message.strip()} {KEPT}", code="changed_meanwhile"))


class EditConflictMixin:
    """Mixin of pages that change a row.

    Forms carry its version, and a save locks the row before it compares versions.
    """

    model: Any
    opts: Any
    change_form_before_template = "adminkit/form_head.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show or save the form with the version of the record."""
        if object_id is not None:
            if request.method == "POST":
                request.is_save = True  # type: ignore[attr-defined]
            else:
                # Read the version first. A change between the two reads is then reported twice rather than never.
                request.seen = newest_event(self.model, unquote(object_id))  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row. A save locks it and compares its version first."""
        saves = getattr(request, "is_save", False) and self.has_change_permission(request)  # type: ignore[attr-defined]
        if saves:
            lock(self.model, object_id)
        found = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if saves and found is not None:
            request.meanwhile = since(self.model, found.pk, request.POST.get(SEEN))  # type: ignore[attr-defined]
            request.seen = request.meanwhile.newest  # type: ignore[attr-defined]
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class. A save gets the one that refuses conflicts."""
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        meanwhile = getattr(request, "meanwhile", None)
        if obj is None or meanwhile is None:
            return form
        return type(form.__name__, (ConflictFormMixin, form), {"meanwhile": meanwhile})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the changed columns only. The role can't write all columns, for example not a balance."""
        if not change:
            super().save_model(request, obj, form, change)  # type: ignore[misc]
            return
        links = {field.name for field in self.model._meta.many_to_many}
        if names := [name for name in form.changed_data if name not in links]:
            obj.save(update_fields=names)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the form with its version, and a link to delete that carries the version."""
        if (row := kwargs.get("obj")) is not None and hasattr(request, "seen"):
            context["seen"] = request.seen
            # The link of unfold lacks the version.
            context["show_delete"] = False
            if self.has_delete_permission(request, row) and not context.get("is_popup"):  # type: ignore[attr-defined]
                url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_delete", args=[quote(row.pk)])
                filters = self.get_preserved_filters(request)  # type: ignore[attr-defined]
                context["delete_link"] = f"{url}?{SEEN}={request.seen}" + (f"&{filters}" if filters else "")
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask again if the record has changed since the page on which “Delete” was pressed."""
        pk = unquote(object_id)
        with transaction.atomic():
            if self.has_delete_permission(request):  # type: ignore[attr-defined]
                if request.method == "POST":
                    lock(self.model, pk)
                meanwhile = since(self.model, pk, request.GET.get(SEEN))
                if meanwhile.sentences:
                    message = (
                        "Nothing was deleted, because the record changed after you opened it. "
                        f"{' '.join(meanwhile.sentences)}"
                    )
                    messages.warning(request, message)
                if meanwhile.sentences or not meanwhile.known:
                    return HttpResponseRedirect(with_seen(request, meanwhile.newest))
            return super().delete_view(request, object_id, extra_context)  # type: ignore[misc]


def with_seen(request: HttpRequest, newest: int) -> str:
    """Return the same address with the version that the page shows from now on."""
    query = {name: value for name, value in request.GET.items() if name != SEEN}
    return f"{request.path}?{urlencode({SEEN: newest, **query})}"


def lock(model: type[models.Model], pk: str) -> None:
    """Lock the row until the end of the transaction. Ignore invalid keys: the view reports them."""
    try:
        key = model._meta.pk.to_python(pk)
    except ValidationError:
        return
    list(model._default_manager.select_for_update().filter(pk=key).order_by().values_list("pk"))
