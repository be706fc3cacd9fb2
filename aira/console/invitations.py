"""Invite new staff: with a group, and a link by which they set their own password."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from aira.adminkit.links import page_of
from aira.adminkit.reasons import ReasonForm
from aira.audit.actor import set_reason
from aira.console.models import StaffUser
from aira.console.models.staff import NOT_AN_E_MAIL
from aira.console.passwords import DAYS, defer_mail, link_path

# Names of groups, with a line for whoever chooses. docs/CONSOLE.md has the permissions.
GROUPS = (
    ("support", "Support: books appointments, changes businesses, numbers and documents"),
    (
        "finance",
        "Finance: tops up and adjusts wallets, refunds transactions, decides on approval requests, exports lists",
    ),
    ("operations", "Operations: does what support does, adds and deletes records, exports lists, erases accounts"),
    ("engineer", "Engineer: keeps jobs and webhooks running. Moves no money"),
    ("read-only", "Read only: sees everything that support sees, and changes nothing"),
)
MAY_INVITE = ("console.add_staffuser", "console.change_staffuser")


class InvitationForm(ReasonForm):
    """Form that asks for the name, the e-mail and the group of the new person."""

    email = forms.EmailField(
        max_length=254,
        label="E-mail",
        widget=UnfoldAdminEmailInputWidget({"autofocus": True}),
        error_messages={"invalid": NOT_AN_E_MAIL},
    )
    username = forms.CharField(
        max_length=150,
        required=False,
        label="User name",
        help_text="The name to log in with. Empty: the part of the e-mail before the @.",
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
    )
    group = forms.ChoiceField(
        choices=GROUPS, widget=UnfoldAdminRadioSelectWidget, help_text="The person gets the permissions of the group."
    )

    field_order = ("email", "username", "group", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(Group.objects.values_list("name", flat=True))
        group: Any = self.fields["group"]
        group.choices = [(name, text) for name, text in GROUPS if name in there]

    def clean_email(self) -> str:
        """Refuse an e-mail that a member of staff has."""
        email: str = self.cleaned_data["email"]
        if taken := StaffUser.objects.filter(email__iexact=email).first():
            raise ValidationError(
                f"{taken.username} already has this e-mail. To give them a new link, open their page under Staff."
            )
        return email

    def clean(self) -> dict[str, Any]:
        """Choose the user name, and refuse one that is taken or not allowed."""
        data: dict[str, Any] = super().clean() or {}
        name = data.get("username") or data.get("email", "").partition("@")[0]
        if not name:
            return data
        try:
            StaffUser._meta.get_field("username").run_validators(name)
        except ValidationError as error:
            self.add_error("username", error)
        if StaffUser.objects.filter(username__iexact=name).exists():
            self.add_error("username", f"Another member of staff has the user name “{name}”. Choose another one.")
        data["username"] = name
        return data


@transaction.atomic
def invite(*, email: str, username: str, group: str, reason: str) -> StaffUser:
    """Create a member of staff in the group. They have no password yet."""
    set_reason(reason)
    person = StaffUser(email=email, username=username)
    person.set_unusable_password()
    person.save()
    person.groups.add(Group.objects.get(name=group))
    return person


def shown(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Render a page of the invitations."""
    return render(request, f"console/{template}.html", admin.site.each_context(request) | context)


def linked(request: HttpRequest, person: StaffUser, *, invited: bool) -> HttpResponse:
    """Mail the link, or show it once for the inviter to hand over."""
    if settings.MAIL and person.email:
        defer_mail(person, request, invited=invited)
        messages.success(request, f"A link to set the password was sent to {person.email}.")
        return HttpResponseRedirect(page_of(person))
    link = request.build_absolute_uri(link_path(person))
    return shown(request, "link", title=f"Link for {person}", person=person, link=link, days=DAYS, page=page_of(person))


@never_cache
@staff_member_required(login_url="admin:login")
@permission_required(MAY_INVITE, raise_exception=True)
def invite_page(request: HttpRequest) -> HttpResponse:
    """Ask for the new person, then create them and send or show their link."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return linked(request, invite(**form.cleaned_data), invited=True)
    return shown(request, "invite", title="Invite staff", form=form, mail=settings.MAIL, days=DAYS)


@never_cache
@staff_member_required(login_url="admin:login")
@permission_required(MAY_INVITE, raise_exception=True)
def link_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a reason, then give the person a new link to set the password."""
    person = get_object_or_404(StaffUser, pk=pk)
    if person.is_superuser and not request.user.is_superuser:
        messages.warning(request, f"{person} is a superuser. Only another superuser can give them a new link.")
        return HttpResponseRedirect(page_of(person))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            set_reason(form.cleaned_data["reason"])
            # The audit then has the reason, and an earlier link does not open any more.
            person.set_unusable_password()
            person.save(update_fields=["password"])
        return linked(request, person, invited=person.last_login is None)
    return shown(
        request, "new_link", title=f"New link for {person}", form=form, mail=settings.MAIL, person=person,
        days=DAYS, back=page_of(person),
    )  # fmt: skip
