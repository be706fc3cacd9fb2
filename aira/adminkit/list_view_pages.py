"""Show the page that chooses the columns of a list and saves views. It needs no script."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path
from unfold.widgets import UnfoldAdminTextInputWidget

from aira.adminkit import undo
from aira.adminkit.field_errors import Form
from aira.adminkit.forms import attempt, in_words
from aira.adminkit.list_views import ALL_ROWS, DELETED, OWN, VIEW, address, address_of, filters_of, order_of, views_of
from aira.adminkit.models import LONGEST_NAME, ListView
from aira.schema.errors import Refusal

type Column = tuple[str, bool]


class NameForm(Form):
    """Form that asks for the name of a view."""

    name = forms.CharField(
        max_length=LONGEST_NAME, widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}), label="Name of the view"
    )


class ListViewsMixin:
    """Mixin of a list that staff can save as views. A view that a member of staff chose opens with the list."""

    model: Any
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[Any]:
        """Add the page of columns and views."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_views"
        return [path("views/", self.admin_site.admin_view(self.views_page), name=name), *super().get_urls()]  # type: ignore[misc]

    def opening_view(self, request: HttpRequest) -> HttpResponse | None:
        """Return the redirect to the view that opens by default, if the address has no query."""
        if request.GET or request.method != "GET":
            return None
        view = views_of(request, self.model).filter(is_default=True).first()
        return HttpResponseRedirect(address_of(self, request, view)) if view else None

    def without_broken_filters(self, request: HttpRequest) -> HttpResponse | None:
        """Return the redirect to the open view without the filters that no longer work. None if all of them do."""
        broken = [name for name in request.GET if name not in OWN and not self.filters_by(request, name)]
        if not broken or VIEW not in request.GET:
            return None
        kept = request.GET.copy()
        for name in broken:
            del kept[name]
        what = ", ".join(broken)
        messages.warning(request, f"The view opened without filters that no longer exist: {what}. Save it again.")
        return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}")

    def filters_by(self, request: HttpRequest, name: str) -> bool:
        """Tell whether the list opens with this filter of the address alone."""
        everything = request.GET
        alone = QueryDict(mutable=True)
        alone.setlist(name, everything.getlist(name))
        request.GET = alone  # type: ignore[assignment]
        try:
            return not isinstance(attempt(partial(self.get_changelist_instance, request)), Refusal)  # type: ignore[attr-defined]
        except (IncorrectLookupParameters, DisallowedModelAdminLookup):
            return False
        finally:
            request.GET = everything

    def views_page(self, request: HttpRequest) -> HttpResponse:
        """Choose columns, and save and manage views. The address has the query of the list."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        page: Any = self
        columns = columns_on(page, request)
        moved = request.POST.get("up") or request.POST.get("down") or ""
        form = NameForm(request.POST if request.POST.get("do") in ("save", "enter") else None)
        if moved:
            columns = move(columns, moved, -1 if "up" in request.POST else 1)
        elif request.method == "POST" and (answer := act(page, request, columns, form)):
            return answer
        context = {
            "title": f"Columns and views of {self.opts.verbose_name_plural}",
            "columns": [(name, page.column_label(name), chosen) for name, chosen in columns],
            "moved": moved,
            "direction": "up" if "up" in request.POST else "down",
            "form": form,
            "open": open_view(page, request),
            "views": [(one, address_of(page, request, one)) for one in views_of(request, self.model)],
            "searches": bool(request.GET.get("q")),
            "back": f"../?{request.GET.urlencode()}" if request.GET else "../",
            "longest": LONGEST_NAME,
            "opts": self.opts,
            **self.admin_site.each_context(request),
        }
        return render(request, "adminkit/list_views.html", context)


def columns_on(page: Any, request: HttpRequest) -> list[Column]:
    """Return the columns in the order of the form, or of the list, and whether each is chosen."""
    known = page.available_columns(request)
    sent = [name for name in dict.fromkeys(request.POST.getlist("order")) if name in known]
    chosen = request.POST.getlist("column") if sent else list(page.get_list_display(request))
    order = sent or chosen
    return [(name, name in chosen) for name in [*order, *(name for name in known if name not in order)]]


def move(columns: list[Column], name: str, by: int) -> list[Column]:
    """Return the columns with one of them moved up or down."""
    at = next((index for index, (one, _) in enumerate(columns) if one == name), 0)
    to = min(max(at + by, 0), len(columns) - 1)
    moved = columns.copy()
    moved.insert(to, moved.pop(at))
    return moved


def own_view(page: Any, request: HttpRequest, pk: str) -> ListView | None:
    """Return the reader's view with this id."""
    try:
        found: ListView | None = views_of(request, page.model).filter(pk=UUID(pk)).first()
    except ValueError:
        return None
    return found


def open_view(page: Any, request: HttpRequest) -> ListView | None:
    """Return the view that the address names."""
    return own_view(page, request, request.GET.get(VIEW, ""))


def act(page: Any, request: HttpRequest, columns: list[Column], form: NameForm) -> HttpResponse | None:
    """Do what the pressed button says. Return None to show the page again."""
    what = request.POST.get("do", "")
    if what == "enter":
        what = "save" if request.POST.get("name") else "show"
    if what in ("rename", "default", "delete"):
        view = own_view(page, request, request.POST.get("which", ""))
        return manage(page, request, what, view) if view else None
    chosen = [name for name, is_chosen in columns if is_chosen]
    if not chosen:
        messages.error(request, "Choose at least one column.")
        return None
    values: dict[str, Any] = {
        "columns": [] if chosen == page.default_columns(request) else chosen,
        "filters": filters_of(request.GET),
        "ordering": order_of(page, request),
    }
    view = open_view(page, request)
    match what:
        case "show":
            return HttpResponseRedirect(shown(page, request, values))
        case "save" if form.is_valid():
            owner = {"staff_id": request.user.pk, "model": page.opts.label_lower}
            return save(page, request, ListView(name=form.cleaned_data["name"], **owner, **values))
        case "update" if view:
            for name, value in values.items():
                setattr(view, name, value)
            return save(page, request, view)
    return None


def shown(page: Any, request: HttpRequest, values: dict[str, Any]) -> str:
    """Return the address of the list with the chosen columns. It keeps the search."""
    there = address(page, request, view=request.GET.get(VIEW, ""), **values)
    search = QueryDict(mutable=True)
    search.setlist("q", request.GET.getlist("q"))
    return f"{there}&{search.urlencode()}" if request.GET.get("q") else there


def save(page: Any, request: HttpRequest, view: ListView) -> HttpResponse | None:
    """Save a view and open it. Return None, with a message, if the database refuses."""

    def saved() -> HttpResponse:
        view.save()
        return HttpResponseRedirect(address_of(page, request, view))

    outcome = attempt(saved)
    if isinstance(outcome, Refusal):
        messages.error(request, in_words(outcome))
        return None
    messages.success(request, f"The view “{view.name}” was saved.")
    return outcome


def manage(page: Any, request: HttpRequest, what: str, view: ListView) -> HttpResponse | None:
    """Rename or delete a view, or choose whether it opens by default."""
    here = HttpResponseRedirect(request.get_full_path())
    if what == "delete":
        view.delete()
        kept = {"name": view.name, "columns": view.columns, "filters": view.filters, "ordering": view.ordering}
        undo.offer(request, DELETED, f"The view “{view.name}” was deleted.", model=view.model, **kept)
        if str(view.pk) == request.GET.get(VIEW):
            without = request.GET.copy()
            without[VIEW] = ALL_ROWS
            return HttpResponseRedirect(f"{request.path}?{without.urlencode()}")
        return here
    if what == "rename":
        form = NameForm(request.POST)
        if not form.is_valid():
            messages.error(request, f"A view needs a name. Enter one of at most {LONGEST_NAME} characters.")
            return None
        view.name = form.cleaned_data["name"]
        said = f"The view is now called “{view.name}”."
    else:
        view.is_default = not view.is_default
        opens = "opens by default" if view.is_default else "no longer opens by default"
        said = f"“{view.name}” {opens}."

    def changed() -> HttpResponse:
        if view.is_default:
            views_of(request, page.model).exclude(pk=view.pk).update(is_default=False)
        view.save(force_update=True)
        return here

    outcome = attempt(changed)
    if isinstance(outcome, Refusal):
        messages.error(request, in_words(outcome))
        return None
    messages.success(request, said)
    return outcome
