"""Second factor of staff: a code of their device, or one of ten recovery codes; django-allauth keeps and checks them.

`StaffUser.second_factor_at` says since when there is one. A session that gave a code carries that time: a device that
is reset takes every session's proof along, without a query for each request.
"""

import base64
from typing import Any, cast
from urllib.parse import urlencode

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from aira.console.models import StaffUser

PROOF = "second_factor"
NEW_SECRET = "second_factor_secret"  # noqa: S105  where in a session it is


class Adapter(DefaultMFAAdapter):
    """Secrets are no use to whoever reads a backup: the key is made from SECRET_KEY, which is not in it."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "AiRa console"

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())


def cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("aira.console.second_factor", "", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def proof_of(user: StaffUser) -> str | None:
    return user.second_factor_at.isoformat() if user.second_factor_at else None


def is_proven(request: HttpRequest) -> bool:
    """Whether this session gave a code of the device that its member of staff has now."""
    proof = proof_of(cast(StaffUser, request.user))
    return proof is not None and request.session.get(PROOF) == proof


def prove(request: HttpRequest, user: StaffUser) -> None:
    request.session.cycle_key()
    request.session[PROOF] = proof_of(user)


def forget(request: HttpRequest, **kwargs: Any) -> None:
    """At a login: what an earlier one proved, or had shown, is not this one's."""
    for name in (PROOF, NEW_SECRET, "revealed"):
        request.session.pop(name, None)


def where_to_prove(user: StaffUser, back: str) -> str:
    """The page that asks for a code; of one who has no device yet, the page that sets one up."""
    name = "second-factor" if user.second_factor_at else "second-factor-setup"
    return f"{reverse(name)}?{urlencode({'next': back})}"


def new_secret(request: HttpRequest) -> str:
    """The same while a page is looked at again: a device that scanned it is not wrong for a typo."""
    secret: str = request.session.setdefault(NEW_SECRET, generate_totp_secret())
    return secret


def picture_of(user: StaffUser, secret: str) -> str:
    """The QR code, as SVG."""
    adapter = get_adapter()
    return str(adapter.build_totp_svg(adapter.build_totp_url(user, secret)))


@transaction.atomic
def set_up(*, user: StaffUser, secret: str, code: str) -> list[str] | None:
    """A new device; gives its recovery codes, seen once. None: the code is wrong, or there is a device."""
    locked = StaffUser.objects.select_for_update().get(pk=user.pk)
    if locked.second_factor_at or not validate_totp_code(secret, code):
        return None
    Authenticator.objects.filter(user=user).delete()
    device = TOTP.activate(user, secret).instance
    spend(device, code)
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    user.second_factor_at = timezone.now()
    user.save(update_fields=["second_factor_at"])
    return codes


@transaction.atomic
def check(*, user: StaffUser, code: str) -> bool:
    """Whether it is a code of the device, or a recovery code; each is good once, whichever process is asked."""
    code = code.replace(" ", "")
    for authenticator in Authenticator.objects.select_for_update().filter(user=user).order_by("-type"):
        try:
            if authenticator.type == Authenticator.Type.TOTP and code in authenticator.data.get("spent", ()):
                continue
            if not authenticator.wrap().validate_code(code):
                continue
        except InvalidToken as error:
            raise Unreadable from error
        if authenticator.type == Authenticator.Type.TOTP:
            spend(authenticator, code)
        Authenticator.objects.filter(pk=authenticator.pk).update(last_used_at=timezone.now())
        return True
    return False


class Unreadable(Exception):
    """The secrets were written under another SECRET_KEY."""

    def __str__(self) -> str:
        return "Your second factor can't be read: the site's SECRET_KEY has changed. Ask an administrator to reset it."


def spend(device: Authenticator, code: str) -> None:
    # allauth remembers used codes in a cache, which each process has for itself. Three are valid at a time.
    device.data["spent"] = [*device.data.get("spent", ()), code][-3:]
    device.save(update_fields=["data"])


@transaction.atomic
def renew_recovery_codes(*, user: StaffUser) -> list[str]:
    StaffUser.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


@transaction.atomic
def reset(*, user: StaffUser) -> None:
    """Of a device that is lost: the next login sets up another. What its sessions proved is void at once."""
    user = StaffUser.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user).delete()
    user.second_factor_at = None
    user.save(update_fields=["second_factor_at"])
