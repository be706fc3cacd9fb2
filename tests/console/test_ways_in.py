"""How staff get in: by an invitation to a group, and by a link when they have forgotten their password."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.console.tasks import mail_link
from aira.environment import mailer

INVITE = reverse("invite-staff")
FORGOTTEN = reverse("forgotten-password")
SENT = {"email": "nina@example.com", "username": "", "group": "support", "reason": "Ticket 17"}
NEW = "a quiet green kettle"


@pytest.fixture(autouse=True)
def _no_mails_yet() -> None:
    cache.clear()


@pytest.fixture
def mails(settings: Any) -> None:
    settings.MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/console/password/[^\s\"<]+)", text)
    assert found, text
    return found[1]


def set_password(client: Client, link: str, password: str = NEW) -> Any:
    form = client.get(link, follow=True)
    return client.post(form.redirect_chain[-1][0], {"new_password1": password, "new_password2": password}, follow=True)


def test_an_invited_person_sets_a_password_and_logs_in_with_the_permissions_of_the_group(
    console: Client, client: Client
) -> None:
    answer = console.post(INVITE, SENT)
    link = link_in(answer.content.decode())
    nina = StaffUser.objects.get(username="nina")
    assert (nina.is_staff, nina.is_superuser, nina.has_usable_password()) == (True, False, False)
    assert [group.name for group in nina.groups.all()] == ["support"]
    stranger = Client()
    assert "Log in with it" in set_password(stranger, link).content.decode()
    entered = stranger.post(reverse("admin:login"), {"username": "nina", "password": NEW})
    assert entered.headers["Location"] == reverse("admin:index")
    assert stranger.get(reverse("admin:bookings_appointment_changelist")).status_code == 200
    events = AuditEvent.objects.filter(row_id=str(nina.pk))
    assert {event.reason for event in events.filter(actor_name="sam")} == {"Ticket 17"}
    assert events.filter(actor_name="nina", after__has_key="password").exists()


def test_the_link_works_once(console: Client) -> None:
    link = link_in(console.post(INVITE, SENT).content.decode())
    set_password(Client(), link)
    assert "This link has expired" in Client().get(link, follow=True).content.decode()


def test_a_weak_password_is_refused_with_the_reason(console: Client) -> None:
    link = link_in(console.post(INVITE, SENT).content.decode())
    assert "too short" in set_password(Client(), link, "kettle").content.decode()


@pytest.mark.parametrize("link", ["/console/password/x/y/", "/console/password/AAAA/set-password/"])
def test_an_invalid_link_is_explained(client: Client, db: None, link: str) -> None:
    answer = client.get(link)
    assert answer.status_code == 200
    assert "This link has expired" in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "SAM@example.com"}, "sam already has this e-mail"),
        ({"username": "SAM"}, "Another member of staff has the user name “SAM”"),
        ({"username": "ni na"}, "A user name can have letters, digits"),
        ({"group": "owner"}, "“owner” is not one of the choices for “Group”"),
        ({"reason": ""}, "“Reason” is empty. Fill it in."),
        ({"email": "nina"}, "This is not an e-mail address"),
    ],
)
def test_an_invalid_invitation_is_refused(console: Client, changed: dict[str, str], said: str) -> None:
    assert said in console.post(INVITE, SENT | changed).content.decode()
    assert StaffUser.objects.count() == 1


def test_a_group_that_was_removed_is_not_offered(console: Client) -> None:
    Group.objects.get(name="support").delete()
    assert "“support” is not one of the choices for “Group”" in console.post(INVITE, SENT).content.decode()


def test_staff_who_may_not_add_staff_cannot_invite(client: Client, db: None) -> None:
    rita = StaffUser.objects.create_user("rita", password="x", is_staff=True)
    rita.user_permissions.set(Permission.objects.filter(codename__in=["view_staffuser", "change_staffuser"]))
    client.force_login(rita)
    assert client.post(INVITE, SENT).status_code == 403


def test_only_a_superuser_gives_a_superuser_a_new_link(client: Client, staff: StaffUser) -> None:
    rita = StaffUser.objects.create_user("rita", password="x", is_staff=True)
    rita.user_permissions.set(Permission.objects.filter(codename__in=["add_staffuser", "change_staffuser"]))
    client.force_login(rita)
    client.post(reverse("staff-link", args=[staff.pk]), {"reason": "x"})
    staff.refresh_from_db()
    assert staff.has_usable_password()


def test_adding_staff_leads_to_the_invitation(console: Client) -> None:
    assert console.get(reverse("admin:console_staffuser_add")).headers["Location"] == INVITE


def test_a_new_link_ends_the_old_password(console: Client) -> None:
    rita = StaffUser.objects.create_user("rita", password="correct horse", is_staff=True)
    link = link_in(console.post(reverse("staff-link", args=[rita.pk]), {"reason": "Lost it"}).content.decode())
    rita.refresh_from_db()
    assert not rita.has_usable_password()
    set_password(Client(), link)
    rita.refresh_from_db()
    assert rita.check_password(NEW)


def test_an_invitation_is_mailed_where_mail_is_set_up(console: Client, mails: None) -> None:
    answer = console.post(INVITE, SENT, follow=True)
    assert "was sent to nina@example.com" in answer.content.decode()
    assert "/console/password/" not in answer.content.decode()
    job = ProcrastinateJob.objects.get(task_name="console.mail_link")
    mail_link(**job.args)
    assert mail.outbox[0].to == ["nina@example.com"]
    assert "invited" in mail.outbox[0].body
    set_password(Client(), link_in(mail.outbox[0].body))
    assert StaffUser.objects.get(username="nina").check_password(NEW)


@pytest.mark.parametrize("name", ["sam", "SAM@example.com"])
def test_a_forgotten_password_is_mailed(client: Client, staff: StaffUser, mails: None, name: str) -> None:
    client.post(FORGOTTEN, {"name": name})
    [job] = ProcrastinateJob.objects.filter(task_name="console.mail_link")
    mail_link(**job.args)
    assert "ignore this e-mail" in mail.outbox[0].body


def test_a_forgotten_password_does_not_reveal_who_is_on_the_staff(
    client: Client, staff: StaffUser, mails: None
) -> None:
    known = client.post(FORGOTTEN, {"name": "sam"}).content
    assert client.post(FORGOTTEN, {"name": "nobody"}).content == known
    assert ProcrastinateJob.objects.filter(task_name="console.mail_link").count() == 1


def test_repeated_requests_for_a_password_send_one_mail(client: Client, staff: StaffUser, mails: None) -> None:
    for _ in range(3):
        client.post(FORGOTTEN, {"name": "sam"})
    assert ProcrastinateJob.objects.filter(task_name="console.mail_link").count() == 1


def test_without_mail_the_page_says_whom_to_ask(client: Client, staff: StaffUser) -> None:
    assert "Ask a superuser" in client.get(FORGOTTEN).content.decode()
    client.post(FORGOTTEN, {"name": "sam"})
    assert not ProcrastinateJob.objects.exists()


def test_the_login_page_has_name_and_logo(client: Client, db: None) -> None:
    page = client.get(reverse("admin:login")).content.decode()
    for part in ("AiRa console", "web/logo.svg", FORGOTTEN):
        assert part in page


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://host:port"])
def test_an_invalid_mail_server_stops_the_start(monkeypatch: Any, url: str) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must be smtp"):
        mailer("EMAIL_URL")


def test_a_mail_server_is_read_with_its_password(monkeypatch: Any) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://me%40example.com:p%2Fw@mail.example.com")
    options = mailer("EMAIL_URL")["default"]["OPTIONS"]
    assert (options["username"], options["password"], options["port"], options["use_tls"]) == (
        "me@example.com", "p/w", 587, True,
    )  # fmt: skip
