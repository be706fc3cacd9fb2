"""Let staff set a password by a link: for an invitation, or after they have forgotten theirs."""

from typing import Any, override

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.core.mail import send_mail
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.cache import never_cache
from procrastinate.contrib.django import app
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from aira.adminkit.field_errors import FieldErrorsMixin, Form
from aira.audit.actor import Actor, acting_as
from aira.console.models import StaffUser
from aira.web.request_identity import request_id

# Seconds between two mails to one person, so that nobody can fill a mailbox.
BETWEEN_MAILS = 300
DAYS = settings.PASSWORD_RESET_TIMEOUT // 86_400


class ForgottenForm(Form):
    """Form that asks who has forgotten the password."""

    name = forms.CharField(
        max_length=254,
        label="E-mail or user name",
        widget=UnfoldAdminTextInputWidget({"autofocus": True, "autocomplete": "username"}),
    )


# The texts of Django are for people who know its forms.
LABELS = {
    "old_password": "Your present password",
    "new_password1": "New password",
    "new_password2": "New password again",
}
MISTAKES = {
    "password_incorrect": "This is not your present password. Enter it again.",
    "password_mismatch": "The two new passwords differ. Enter the same password in both fields.",
}


class InWords(FieldErrorsMixin):
    """Mixin of password forms with labels, hints and errors in words."""

    error_messages: dict[str, Any] = {**PasswordChangeForm.error_messages, **MISTAKES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            kept = "current-password" if name == "old_password" else "new-password"
            field.widget = UnfoldAdminPasswordWidget({"autocomplete": kept})
            field.label = LABELS[name]
            field.help_text = ""
        self.fields[
            "new_password1"
        ].help_text = "At least 12 characters. For example, choose a few words that only you connect with each other."


class NewPasswordForm(InWords, SetPasswordForm):
    """Form that asks for a new password twice."""


class OwnPasswordForm(InWords, PasswordChangeForm):
    """Form that asks for the present password once and for a new one twice."""


def link_path(user: StaffUser) -> str:
    """Return the path of a link that sets the person's password once. It is valid for three days."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set-password", args=[uid, default_token_generator.make_token(user)])


def send_link(*, user: StaffUser, site: str, invited: bool) -> None:
    """Mail the person a link that sets the password.

    Args:
        site: the address of the console, without a slash at its end.
        invited: tells whether the mail is an invitation.
    """
    context = {"user": user, "link": f"{site}{link_path(user)}", "site": site, "days": DAYS, "invited": invited}
    subject = "Your access to the AiRa console" if invited else "A new password for the AiRa console"
    send_mail(subject, render_to_string("console/password_mail.txt", context), None, [user.email])


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a name and mail a link. The answer does not tell whether the person exists."""
    form = ForgottenForm(request.POST or None)
    sent = False
    if settings.MAIL and request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"].strip()
        for user in StaffUser.objects.filter(Q(username=name) | Q(email__iexact=name), is_active=True).exclude(
            email=""
        ):
            if user.has_usable_password() and cache.add(f"password-mail:{user.pk}", True, BETWEEN_MAILS):
                defer_mail(user, request, invited=False)
        sent = True
    context = {"title": "Forgotten password", "form": form, "sent": sent, "mail": settings.MAIL}
    return render(request, "console/forgotten.html", admin.site.each_context(request) | context)


def defer_mail(user: StaffUser, request: HttpRequest, *, invited: bool) -> None:
    """Let the worker send the mail, so that the answer takes as long for unknown names."""
    site = request.build_absolute_uri("/").rstrip("/")
    app.configure_task("console.mail_link").defer(user=str(user.pk), site=site, invited=invited)


def change_password(request: HttpRequest) -> HttpResponseBase:
    """Let staff change their own password. The page of the admin site has the same name."""
    return views.PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context={**admin.site.each_context(request), "title": "Change your password"},
    )(request)


class SetPassword(views.PasswordResetConfirmView):
    """Page behind the link. Django moves the token into the session, so that no other site sees it."""

    form_class = NewPasswordForm
    template_name = "console/set_password.html"
    title = "Set your password"

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = admin.site.each_context(self.request) | super().get_context_data(**kwargs)
        return context if context["validlink"] else context | {"title": "This link has expired"}

    @override
    def form_valid(self, form: Any) -> HttpResponse:
        person: Any = self.user
        with acting_as(lambda: Actor("staff", str(person.pk), person.get_username(), request_id() or "")):
            super().form_valid(form)
        messages.success(self.request, "Your password was set. Log in with it.")
        return HttpResponseRedirect(reverse("admin:login"))

    @override
    def get_success_url(self) -> str:
        return reverse("admin:login")
