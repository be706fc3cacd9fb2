"""Test logins: staff need a second factor, and repeated guesses lock the name."""

import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as site
from django.contrib import admin
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from aira.audit.models import AuditEvent
from aira.console import second_factor
from aira.console.models import StaffUser
from aira.console.sign_in import WRONG, SecondFactor
from aira.web.client import client_address
from tests.command import manage
from tests.database import Database

PASSWORD = "correct horse battery"
LOGIN = reverse("admin:login")
ASK = reverse("second-factor")
SETUP = reverse("second-factor-setup")
INDEX = reverse("admin:index")


@pytest.fixture(autouse=True)
def _enforced(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR = True
    # Password hashing is slow on purpose, and not the subject here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sam(staff: StaffUser) -> StaffUser:
    return staff


def log_in(client: Client, password: str = PASSWORD, **kwargs: Any) -> Any:
    return client.post(LOGIN, {"username": "sam", "password": password}, **kwargs)


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30 + steps))


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set a device up as a person does: read the secret on the page, and the codes in the answer."""
    log_in(client)
    secret = client.get(SETUP).context["secret"]
    answer = client.post(SETUP, {"code": code_of(secret, -1)})
    return secret, answer.context["codes"]


def test_staff_without_a_second_factor_must_set_one_up_first(client: Client, sam: StaffUser) -> None:
    assert log_in(client).url == INDEX
    for path in (INDEX, reverse("admin:platform_account_changelist"), reverse("search") + "?q=x", reverse("view-as")):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.url.startswith(SETUP), path
    assert client.post(reverse("admin:console_staffuser_add"), {}).url.startswith(SETUP)
    page = client.get(SETUP)
    assert page.status_code == 200
    assert "<svg" in page.content.decode()
    assert client.post(SETUP, {"code": "000000"}).context["form"].errors == {"code": [WRONG]}
    assert client.get(INDEX).status_code == 302
    answer = client.post(SETUP, {"code": code_of(page.context["secret"])})
    assert len(answer.context["codes"]) == 10
    assert "no-store" in answer["Cache-Control"]
    assert client.get(INDEX).status_code == 200


def test_each_login_asks_for_a_code_and_returns_to_the_requested_page(client: Client, sam: StaffUser) -> None:
    secret, _ = set_up(client)
    client.post(reverse("admin:logout"))
    log_in(client)
    wanted = reverse("admin:platform_account_changelist") + "?q=x"
    ask = client.get(wanted).url
    assert ask.startswith(ASK)
    # Other addresses of the console are closed, too.
    assert client.get(SETUP).url.startswith(ASK)
    assert client.post(ask, {"code": code_of(secret)}).url == wanted
    assert client.get(wanted).status_code == 200


def test_the_login_never_redirects_to_another_site(client: Client, sam: StaffUser) -> None:
    secret, _ = set_up(client)
    log_in(client)
    assert client.post(f"{ASK}?next=https://evil.example/", {"code": code_of(secret)}).url == INDEX


def test_a_code_works_once(client: Client, sam: StaffUser) -> None:
    secret, _ = set_up(client)
    code = code_of(secret)
    assert second_factor.check(user=sam, code=code)
    # Other processes learn of a used code only from the database.
    cache.clear()
    assert not second_factor.check(user=sam, code=code)


def test_a_recovery_code_works_once(client: Client, sam: StaffUser) -> None:
    _, codes = set_up(client)
    for status in (302, 200):
        client.post(reverse("admin:logout"))
        log_in(client)
        assert client.post(ASK, {"code": f" {codes[3][:4]} {codes[3][4:]} "}).status_code == status
    assert client.post(ASK, {"code": codes[4]}).status_code == 302


def test_the_api_refuses_a_session_without_a_second_factor(client: Client, sam: StaffUser) -> None:
    log_in(client)
    answer = client.get("/api/v1/accounts/")
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:aira:problem:second_factor_required"
    assert answer["Content-Type"] == "application/problem+json"
    set_up(client)
    assert client.get("/api/v1/accounts/").status_code == 200


def test_an_earlier_session_does_not_replace_the_code_of_the_next_login(client: Client, sam: StaffUser) -> None:
    set_up(client)
    assert client.get(INDEX).status_code == 200
    log_in(client)
    assert client.get(INDEX).url.startswith(ASK)


def test_renewing_recovery_codes_or_the_device_needs_a_code(client: Client, sam: StaffUser) -> None:
    secret, codes = set_up(client)
    assert client.post(ASK, {"code": "000000", "do": "recovery"}).context["form"].errors
    renewed = client.post(ASK, {"code": code_of(secret), "do": "recovery"}).context["codes"]
    assert not set(renewed) & set(codes)
    assert not second_factor.check(user=sam, code=codes[0])
    assert client.post(ASK, {"code": renewed[0], "do": "device"}).url.startswith(SETUP)
    assert client.get(INDEX).url.startswith(SETUP)
    assert not second_factor.check(user=sam, code=renewed[1])


def test_staff_without_a_code_renew_nothing(client: Client, sam: StaffUser) -> None:
    secret, codes = set_up(client)
    log_in(client)
    client.post(ASK, {"code": code_of(secret), "do": "device"})
    sam.refresh_from_db()
    assert sam.second_factor_at
    assert second_factor.check(user=sam, code=codes[0])


def test_resetting_a_lost_device_needs_permission_is_recorded_and_ends_sessions(client: Client, sam: StaffUser) -> None:
    set_up(client)
    other = Client()
    kim = StaffUser.objects.create_superuser("kim")
    kim.second_factor_at = second_factor.timezone.now()
    kim.save()
    other.force_login(kim)
    session = other.session
    session[second_factor.PROOF] = second_factor.proof_of(kim)
    session.save()
    url = reverse("admin:console_staffuser_do", args=[sam.pk, "reset-second-factor"])
    assert url in other.get(reverse("admin:console_staffuser_change", args=[sam.pk])).content.decode()
    assert other.post(url, {"reason": ""}).status_code == 200
    assert client.get(INDEX).status_code == 200
    assert other.post(url, {"reason": "phone stolen, ticket 9"}).status_code == 302
    assert client.get(INDEX).url.startswith(SETUP)
    event = AuditEvent.objects.filter(row_id=str(sam.pk), verb="update").first()
    assert event is not None
    assert (event.actor_name, event.reason) == ("kim", "phone stolen, ticket 9")
    assert event.after == {"second_factor_at": None}

    kim.is_superuser = False
    kim.save()
    second_factor.StaffUser.objects.filter(pk=sam.pk).update(second_factor_at=second_factor.timezone.now())
    assert other.post(url, {"reason": "again"}).status_code == 403


def test_a_command_resets_a_lost_device(client: Client, sam: StaffUser, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(client)
    call_command("reset_second_factor", "sam", reason="nobody else is in")
    assert client.get(INDEX).url.startswith(SETUP)
    assert AuditEvent.objects.filter(row_id=str(sam.pk), reason="nobody else is in").exists()
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", "sam", reason="again")
    with pytest.raises(CommandError, match="No member of staff has the user name 'sal'"):
        call_command("reset_second_factor", "sal", reason="again")


def test_secrets_are_encrypted_and_in_no_audit_or_page(client: Client, sam: StaffUser) -> None:
    secret, codes = set_up(client)
    kept = [secret.replace(" ", ""), *codes]
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    audit = json.dumps([[event.before, event.after] for event in AuditEvent.objects.all()])
    change = reverse("admin:console_staffuser_change", args=[sam.pk])
    timeline = reverse("timeline", args=["console", "staffuser", sam.pk])
    pages = "".join(client.get(url).content.decode() for url in (change, timeline, ASK))
    for text in (stored, audit, pages):
        assert [one for one in kept if one in text] == []
    assert Authenticator not in admin.site._registry


def test_a_changed_secret_key_is_explained(client: Client, sam: StaffUser, settings: Any) -> None:
    secret, _ = set_up(client)
    before = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [before]
    assert second_factor.check(user=sam, code=code_of(secret))
    settings.SECRET_KEY_FALLBACKS = []
    log_in(client)
    text = client.post(ASK, {"code": code_of(secret, 1)}).content.decode()
    assert "SECRET_KEY has changed" in text


def test_five_failures_lock_a_name_at_an_address_and_explain_what_to_do(client: Client, sam: StaffUser) -> None:
    for _ in range(4):
        assert log_in(client, "wrong").status_code == 200
    answer = log_in(client, "wrong")
    text = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 429
    assert "For 15 minutes, nobody can log in" in text
    assert "superuser" in text
    assert answer["Retry-After"] == "900"
    assert log_in(client).status_code == 429
    assert log_in(Client(), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_guessed_codes_count_as_failures_and_the_password_does_not_reset_the_count(
    client: Client, sam: StaffUser
) -> None:
    secret, _ = set_up(client)
    for _ in range(4):
        log_in(client)
        assert client.post(ASK, {"code": "000000"}).status_code == 200
    assert client.post(ASK, {"code": "000000"}).status_code == 429
    assert client.post(ASK, {"code": code_of(secret)}).status_code == 429
    assert log_in(client).status_code == 429


def test_a_right_code_resets_the_count(client: Client, sam: StaffUser) -> None:
    secret, _ = set_up(client)
    for _ in range(4):
        log_in(client, "wrong")
    log_in(client)
    assert client.post(ASK, {"code": code_of(secret)}).status_code == 302
    for _ in range(4):
        assert log_in(client, "wrong").status_code == 200


def test_a_lock_ends_after_its_time(client: Client, sam: StaffUser, settings: Any) -> None:
    for _ in range(6):
        log_in(client, "wrong")
    assert log_in(client).status_code == 429
    settings.AXES_COOLOFF_TIME = settings.AXES_COOLOFF_TIME * 0
    assert log_in(client).status_code == 302


def test_an_administrator_ends_a_lock(client: Client, sam: StaffUser, settings: Any) -> None:
    for _ in range(5):
        log_in(client, "wrong")
    settings.SECOND_FACTOR = False
    other = Client()
    other.force_login(StaffUser.objects.create_superuser("kim"))
    url = reverse("admin:console_staffuser_do", args=[sam.pk, "unlock"])
    assert log_in(client).status_code == 429
    assert other.post(url).status_code == 302
    assert log_in(client).status_code == 302


def test_the_address_is_the_last_entry_of_the_trusted_header(settings: Any) -> None:
    def address(**headers: str) -> str | None:
        return client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR="192.0.2.1"))

    forged = {"X-Forwarded-For": "198.51.100.7, 203.0.113.5", "X-Real-Ip": "198.51.100.8"}
    assert address(**forged) == "192.0.2.1"
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    assert address(**forged) == "203.0.113.5"
    assert address(**{"X-Forwarded-For": "2001:db8::1"}) == "2001:db8::1"
    assert address(**{"X-Forwarded-For": "garbage"}) == "192.0.2.1"
    assert address() == "192.0.2.1"


def test_the_second_factor_is_required_wherever_debug_is_off(database: Database) -> None:
    program = "from django.conf import settings; print(settings.SECOND_FACTOR, settings.AXES_RESET_ON_SUCCESS)"
    said = {
        debug: manage(database, "shell", "--no-imports", "-c", program, DEBUG=debug).stdout.strip()
        for debug in ("off", "on")
    }
    assert said == {"off": "True False", "on": "False True"}
    assert "aira.console.sign_in.SecondFactor" in site.MIDDLEWARE
    assert SecondFactor.__module__ == "aira.console.sign_in"


def test_two_simultaneous_setups_create_one_device(
    database: Database, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Use real connections: the second waits for the first, and then finds the device."""
    from django.db import connections

    default = connections["default"].settings_dict
    with django_db_blocker.unblock():
        connections["default"].close()
        monkeypatch.setitem(default, "NAME", database.name)
        sam = StaffUser.objects.create_user("sam", is_staff=True)
        secret = second_factor.generate_totp_secret()
        got: list[Any] = []

        def go() -> None:
            try:
                got.append(
                    second_factor.set_up(user=StaffUser.objects.get(pk=sam.pk), secret=secret, code=code_of(secret))
                )
            finally:
                connections["default"].close()

        threads = [threading.Thread(target=go) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        connections["default"].close()
    assert sorted(codes is None for codes in got) == [False, True, True, True]
    assert database.owner("select count(*) from console.mfa_authenticator").fetchone() == (2,)
