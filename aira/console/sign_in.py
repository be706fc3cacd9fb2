"""Sign in: require the second factor for every page, and explain a lock-out after failed attempts."""

from collections.abc import Callable
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset as unlock
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from aira.adminkit.field_errors import FieldErrorsMixin, Form
from aira.adminkit.links import within_site
from aira.console import second_factor
from aira.console.models import StaffUser
from aira.console.second_factor import NEW_SECRET, Unreadable, is_proven, where_to_prove
from aira.web import problems
from aira.web.client import client_address

WRONG = "This code is wrong or was used already. Wait for the next code and enter it."


class LoginForm(FieldErrorsMixin, AuthenticationForm):
    """Form that asks for user name and password."""

    error_messages: dict[str, Any] = {
        **AuthenticationForm.error_messages,
        "invalid_login": "The user name or the password is wrong. Capital and small letters count. Try again.",
        "inactive": "Your access has ended. Ask a colleague who manages staff.",
    }


class CodeForm(Form):
    """Form that asks for a code."""

    code = forms.CharField(
        max_length=20,
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
        ),
        label="Code",
        help_text="The six digits that your authenticator app shows, or a recovery code.",
    )


class SecondFactor:
    """Middleware that opens no other page to a session before it has given its second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, or lead to the second factor."""
        if settings.SECOND_FACTOR and settings.SESSION_COOKIE_NAME in request.COOKIES:
            user = request.user
            if isinstance(user, StaffUser) and not is_proven(request) and request.path not in open_paths():
                return refused(request, user)
        return self.get_response(request)


def open_paths() -> set[str]:
    """Return the paths that are open without a second factor."""
    return {reverse(name) for name in ("second-factor", "second-factor-setup", "admin:login", "admin:logout")}


def refused(request: HttpRequest, user: StaffUser) -> HttpResponse:
    """Return a problem for requests of the API. Redirect other requests to the second factor."""
    if request.path.startswith("/api/"):
        detail = "This session has not passed the second factor. Log in to the console first."
        return problems.page(403, "second_factor_required", detail)
    back = request.get_full_path() if request.method == "GET" else ""
    return HttpResponseRedirect(where_to_prove(user, back))


def back_from(request: HttpRequest) -> str:
    """Return the page to go to afterwards. Only addresses of this site are allowed."""
    return within_site(request.GET.get("next", ""), reverse("admin:index"))


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Render a page of the sign-in."""
    return render(request, f"console/{template}.html", admin.site.each_context(request) | context)


def code_is_right(request: HttpRequest, form: CodeForm) -> bool:
    """Check the code.

    A wrong code counts like a wrong password for the same name and address, and leads to a lock-out.
    """
    user: Any = request.user
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        return False
    try:
        right = second_factor.check(user=user, code=form.cleaned_data["code"])
    except Unreadable as error:
        form.add_error("code", str(error))
        return False
    if right:
        # Unlock only now. Otherwise a person who knows only the password could try any number of codes.
        unlock(username=user.get_username(), ip=client_address(request))
        return True
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    form.add_error("code", WRONG)
    return False


@never_cache
@sensitive_post_parameters()
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Ask for a code. A proven session can renew its recovery codes or its device with another code."""
    user = request.user
    if not isinstance(user, StaffUser):
        return HttpResponseRedirect(reverse("admin:login"))
    if not user.second_factor_at:
        return HttpResponseRedirect(where_to_prove(user, back_from(request)))
    proven = is_proven(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and code_is_right(request, form):
        match request.POST.get("do") if proven else None:
            case "recovery":
                codes = second_factor.renew_recovery_codes(user=user)
                return page(request, "recovery_codes", title="Recovery codes", codes=codes, back=back_from(request))
            case "device":
                second_factor.reset(user=user)
                user.refresh_from_db()
                return HttpResponseRedirect(where_to_prove(user, back_from(request)))
            case _:
                second_factor.prove(request, user)
                return HttpResponseRedirect(back_from(request))
    return page(request, "second_factor", title="Second factor", form=form, proven=proven)


@never_cache
@sensitive_post_parameters()
def setup_page(request: HttpRequest) -> HttpResponse:
    """Set up the first device. Only the response to the POST shows the recovery codes."""
    user = request.user
    if not isinstance(user, StaffUser):
        return HttpResponseRedirect(reverse("admin:login"))
    if user.second_factor_at:
        return HttpResponseRedirect(where_to_prove(user, back_from(request)))
    secret = second_factor.new_secret(request)
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = "The six digits that your authenticator app shows now."
    if request.method == "POST" and form.is_valid():
        codes = second_factor.set_up(user=user, secret=secret, code=form.cleaned_data["code"].replace(" ", ""))
        if codes:
            request.session.pop(NEW_SECRET, None)
            second_factor.prove(request, user)
            messages.success(request, "Your second factor was set up.")
            return page(request, "recovery_codes", title="Recovery codes", codes=codes, back=back_from(request))
        form.add_error("code", WRONG)
    # The SVG comes from a library, for a secret that this page generated.
    picture = mark_safe(second_factor.picture_of(user, secret))  # noqa: S308
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return page(request, "second_factor_setup", title="Second factor", form=form, picture=picture, secret=spaced)


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Return the page that axes shows instead of the login page after too many failed attempts."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    if request.path.startswith("/api/"):
        return problems.page(429, "locked_out", f"Too many failed logins. Wait {minutes} minutes.")
    context = {**admin.site.each_context(request), "title": "Locked", "minutes": minutes}
    context["limit"] = settings.AXES_FAILURE_LIMIT
    answer = render(request, "console/locked_out.html", context, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
