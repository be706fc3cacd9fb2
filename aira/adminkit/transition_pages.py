"""Show transitions as buttons of a row's page and as actions of a list. Each asks before it changes anything."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR, Action, ActionLocation
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse

from aira.adminkit import bulk_runs, undo
from aira.adminkit.forms import attempt, in_words
from aira.adminkit.links import page_of, within_site
from aira.adminkit.model_admin import may_view
from aira.adminkit.transitions import Transition
from aira.audit.actor import set_reason
from aira.schema import trash
from aira.schema.errors import Refused

# Django's parameter of a page that was opened from a filtered list.
PRESERVED = "_changelist_filters"


@dataclass(frozen=True)
class Button:
    """Button that leads to a transition's page."""

    label: str
    url: str
    danger: bool


class WithTransitions:
    """Mixin of a page that shows the transitions of its row as buttons."""

    transitions: tuple[Transition, ...] = ()
    model: type[models.Model]
    opts: Any
    admin_site: Any
    change_form_outer_before_template = "adminkit/buttons.html"

    def get_urls(self) -> list[Any]:
        """Add the page of each transition."""
        view = self.admin_site.admin_view(self.transition_view)
        return [path("<path:object_id>/do/<slug:name>/", view, name=url_name(self.model)), *super().get_urls()]  # type: ignore[misc]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the form with the row's buttons."""
        if row := kwargs.get("obj"):
            # The list behind the form may have filters, which lead back through the button.
            here = request.get_full_path() if PRESERVED in request.GET else None
            context["buttons"] = buttons(request, row, back=here)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        """Add the transitions that a list applies to many rows. See aira/adminkit/bulk_runs.py."""
        found: dict[str, Any] = super().get_actions(request, action_location)  # type: ignore[misc]
        # A list in a pop-up only chooses a row.
        if action_location == ActionLocation.CHANGE_LIST and IS_POPUP_VAR not in request.GET:
            for one in self.transitions:
                if one.bulk is not None and request.user.has_perm(one.permission):
                    found[f"bulk_{one.name}"] = Action(
                        func=partial(begin_bulk, one),
                        name=f"bulk_{one.name}",
                        description=one.label,
                        plural_description=one.label,
                        locations=[ActionLocation.CHANGE_LIST],
                    )
        return found

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for confirmation on GET. Run the transition on POST."""
        transition = next((one for one in self.transitions if one.name == name and one.button), None)
        if transition is None:
            raise Http404(f"{self.opts.verbose_name} has no action “{name}”.")
        row = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if row is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        if not (may_view(request, self.model) and request.user.has_perm(transition.permission)):
            raise PermissionDenied
        back = back_to(request, row)
        if not transition.offered(row):
            messages.warning(
                request,
                f"“{transition.label}” is no longer possible, because {row} has changed. This page shows it now.",
            )
            return HttpResponseRedirect(back)
        if transition.page is not None:
            return transition.page(request, row, back)
        form = transition.form(row, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if transition.heavy(row):
                return hand_over(request, transition, row, form.cleaned_data.get("reason"))
            try:
                outcome = attempt(partial(perform, request, transition, row, form.cleaned_data, back))
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                if isinstance(outcome, HttpResponse):
                    return outcome
                form.add_error(outcome.field if outcome.field in form.fields else None, in_words(outcome))
        context = {
            "title": f"{transition.label}: {row}",
            "transition": transition,
            "what": transition.what(row),
            "row": row,
            "form": form,
            "back": back,
            "opts": self.opts,
            **self.admin_site.each_context(request),
        }
        return render(request, "adminkit/transition.html", context)


def begin_bulk(transition: Transition, page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
    """Create a run of the chosen rows and lead to its confirmation."""
    try:
        run = bulk_runs.freeze(queryset=queryset, transition=transition, staff=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(request.get_full_path())
    # Cancelling leads back to the list with its filters.
    query = urlencode({"back": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('bulk-run', args=[run.pk])}?{query}")


def perform(request: HttpRequest, transition: Transition, row: Any, data: dict[str, Any], back: str) -> HttpResponse:
    """Run the transition, show its outcome and return to the page before."""
    if reason := data.get("reason"):
        set_reason(reason)
    remembered = transition.remember(row)
    said = " ".join(filter(None, (transition.do(request, row, data), transition.note(row))))
    if transition.way is None:
        messages.success(request, said)
    else:
        undo.offer(request, transition.way, said, **remembered)
    if transition.removes and back == page_of(row):
        back = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")
    return HttpResponseRedirect(back)


def hand_over(request: HttpRequest, transition: Transition, row: Any, reason: str | None) -> HttpResponse:
    """Let the worker run the transition, and lead to the page of the run."""
    run = bulk_runs.freeze(
        queryset=type(row)._default_manager.filter(pk=row.pk), transition=transition, staff=request.user
    )
    bulk_runs.start(run=run, reason=reason or f"{transition.label}, on its page")
    messages.success(request, f"More than {trash.MANY:,} records belong to {row}. They are changed in the background.")
    return HttpResponseRedirect(reverse("bulk-run", args=[run.pk]))


def url_name(model: type[models.Model]) -> str:
    """Return the name of the URL of a model's transitions."""
    return f"{model._meta.app_label}_{model._meta.model_name}_do"


def back_to(request: HttpRequest, row: models.Model) -> str:
    """Return the page on which the button was pressed if it is on this site. Otherwise return the row's page."""
    return within_site(request.GET.get("back", ""), page_of(row))


def buttons(request: HttpRequest, row: models.Model, *, back: str | None = None) -> list[Button]:
    """Return the transitions that this row offers to this member of staff.

    Args:
        back: the address to return to afterwards.
    """
    model_admin = admin.site._registry[type(row)]
    query = "?" + urlencode({"back": back}) if back else ""
    return [
        Button(
            one.label,
            reverse(f"admin:{url_name(type(row))}", args=[quote(row.pk), one.name]) + query,
            one.danger,
        )
        for one in getattr(model_admin, "transitions", ())
        if one.button and one.offered(row) and request.user.has_perm(one.permission)
    ]
