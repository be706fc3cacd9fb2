"""Show notes: beside their record, in a list, and in a form of their own."""

from typing import Any, override
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from aira.adminkit import undo
from aira.adminkit.field_errors import Form
from aira.adminkit.forms import attempt, in_words
from aira.adminkit.links import page_of, within_site
from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter
from aira.adminkit.model_admin import ReadOnlyAdmin, may_view
from aira.console import notes
from aira.console.history import model_named, row_of
from aira.console.models import Note, StaffUser
from aira.console.models.notes import SUBJECTS
from aira.schema import texts
from aira.schema.errors import Refusal, Refused
from businesses.models import Business

REOPEN = undo.register(
    undo.Way(
        name="reopen-note",
        may=undo.permitted("console.change_note"),
        take_back=lambda request, values: reopened(values["note"]),
    )
)


def reopened(pk: str) -> str:
    """Reopen a note."""
    if not notes.reopen(note=pk):
        raise Refused("Somebody else has reopened the note. Reload the page.")
    return "The note is open again."


class NoteForm(Form):
    """Form of a note."""

    text = forms.CharField(
        max_length=texts.NOTES, label="Note", widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="For colleagues. As little personal data as possible.",
    )  # fmt: skip
    assignee = forms.ModelChoiceField(
        StaffUser.objects.none(), required=False, label="Follow-up by", empty_label="Nobody",
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    due = forms.DateField(
        required=False,
        label="Due",
        widget=forms.DateInput({"type": "date", "class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%d"),
    )
    ticket = forms.CharField(
        required=False, max_length=texts.ADDRESS, label="Ticket", widget=UnfoldAdminTextInputWidget,
        help_text="Web address of the ticket, such as https://…",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignee: Any = self.fields["assignee"]
        assignee.queryset = StaffUser.objects.filter(is_active=True).order_by("username")


def subject_url(row: Any) -> str:
    """Return the page of the record, at its notes."""
    url = reverse("business", args=[row.pk]) if isinstance(row, Business) else page_of(row)
    return f"{url}#notes"


def back_from(request: HttpRequest, row: Any) -> str:
    """Return the page on which the button was pressed, or that of the record."""
    return within_site(request.POST.get("back") or request.GET.get("back") or "", subject_url(row))


@staff_member_required(login_url="admin:login")
@permission_required("console.add_note", raise_exception=True)
def add_note(request: HttpRequest, app: str, name: str, pk: str) -> HttpResponse:
    """Ask for a note about a record, and write it."""
    model = model_named(request, app, name)
    row: Any = row_of(model, pk) if model in notes.FIELDS else None
    if row is None:
        raise Http404(f"There is no {model._meta.verbose_name} {pk} that notes can be about.")
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user

        def written() -> HttpResponse:
            notes.write(row=row, by=person, **form.cleaned_data)
            messages.success(request, "The note was saved.")
            return HttpResponseRedirect(back_from(request, row))

        outcome = attempt(written)
        if not isinstance(outcome, Refusal):
            return outcome
        form.add_error(outcome.field if outcome.field in form.fields else None, in_words(outcome))
    context = {"title": f"Note on {row}", "form": form, "back": back_from(request, row), "row": row}
    return render(request, "console/note_form.html", context | admin.site.each_context(request))


@require_POST
@staff_member_required(login_url="admin:login")
@permission_required("console.change_note", raise_exception=True)
def finish_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark a note as done, or open it again."""
    note = get_object_or_404(Note.objects.defer("search").select_related(*notes.FIELDS.values()), pk=pk)
    row, person = note.subject, request.user
    if not may_view(request, type(row)) or not isinstance(person, StaffUser):
        raise PermissionDenied
    if request.POST.get("do") == "reopen":
        notes.reopen(note=note.pk)
        messages.success(request, "The note is open again.")
    elif notes.finish(note=note.pk, by=person):
        undo.offer(request, REOPEN, "The note is done.", note=str(note.pk))
    else:
        messages.warning(request, "Somebody else has marked the note as done.")
    return HttpResponseRedirect(back_from(request, row))


class StateFilter(DropdownFilter):
    """Filter by whether notes are done, and by whose they are."""

    title = "state"
    parameter_name = "state"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "My open follow-ups"), ("open", "All open follow-ups"), ("done", "Done")]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Note]) -> QuerySet[Note]:
        match self.value():
            case "mine":
                return queryset.filter(assignee=request.user.pk, done_at=None)
            case "open":
                return queryset.filter(assignee__isnull=False, done_at=None)
            case "done":
                return queryset.exclude(done_at=None)
        return queryset


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    """List and page of notes."""

    comes_from = "Notes are added on the page of a record."
    list_display = ("created_at", "record", "text", "author_name", "assignee", "due", "done_at")
    list_filter = (StateFilter, ("created_at", DateRangeFilter))
    list_select_related = ("assignee", *notes.FIELDS.values())
    sortable_by = ("created_at",)
    search_fields = ("=id",)
    search_help_text = "Words of the note. The beginning of a word is enough."
    exclude = ("search",)
    readonly_fields = ("record",)
    sources = {"record": SUBJECTS}

    @admin.display(description="about")
    def record(self, note: Note) -> str:
        """Return a link to the record."""
        row = note.subject
        return format_html('<a href="{}">{}: {}</a>', subject_url(row), row._meta.verbose_name.capitalize(), row)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Note], search_term: str
    ) -> tuple[QuerySet[Note], bool]:
        """Return the notes with these words that the member of staff sees unmasked."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=notes.matching(search_term, request.user).values("pk")), False
