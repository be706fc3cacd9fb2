"""Check the second factor of staff: a code of their device, or one of ten recovery codes. django-allauth stores them.

`StaffUser.second_factor_at` is the time when it was set up. A session that has given a code stores that time. A reset
of the device thereby ends the proof of all sessions, without a query per request.
"""

import base64
from typing import Any, cast, override
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
NEW_SECRET = "second_factor_secret"  # noqa: S105  a key of the session


class Adapter(DefaultMFAAdapter):
    """Adapter of allauth that encrypts secrets with a key made from SECRET_KEY, so that a backup alone reveals none."""

    @override
    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    @override
    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()

    @override
    def get_totp_issuer(self) -> str:
        return "AiRa console"

    @override
    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())


def cipher() -> MultiFernet:
    """Return the cipher for the secrets. It also reads those that former keys encrypted."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("aira.console.second_factor", "", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def proof_of(user: StaffUser) -> str | None:
    """Return the proof that a session must hold, or None without a second factor."""
    return user.second_factor_at.isoformat() if user.second_factor_at else None


def is_proven(request: HttpRequest) -> bool:
    """Tell whether this session has given a code of the current device."""
    proof = proof_of(cast(StaffUser, request.user))
    return proof is not None and request.session.get(PROOF) == proof


def prove(request: HttpRequest, user: StaffUser) -> None:
    """Record that the session has passed the second factor. Change its key, since it gains rights."""
    request.session.cycle_key()
    request.session[PROOF] = proof_of(user)


def forget(request: HttpRequest, **kwargs: Any) -> None:
    """Clear at login what an earlier login of the session has proven or revealed."""
    for name in (PROOF, NEW_SECRET, "revealed"):
        request.session.pop(name, None)


def where_to_prove(user: StaffUser, back: str) -> str:
    """Return the page that asks for a code, or the page that sets up a device if they have no device."""
    name = "second-factor" if user.second_factor_at else "second-factor-setup"
    return f"{reverse(name)}?{urlencode({'next': back})}"


def new_secret(request: HttpRequest) -> str:
    """Return the secret for a new device.

    It stays the same while the page is reloaded, so that a scanned device remains valid.
    """
    secret: str = request.session.setdefault(NEW_SECRET, generate_totp_secret())
    return secret


def picture_of(user: StaffUser, secret: str) -> str:
    """Return the QR code as SVG."""
    adapter = get_adapter()
    return str(adapter.build_totp_svg(adapter.build_totp_url(user, secret)))


@transaction.atomic
def set_up(*, user: StaffUser, secret: str, code: str) -> list[str] | None:
    """Register a device and return its one-time recovery codes. Return None if the code is wrong or a device exists."""
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
    """Tell whether the code is valid: of the device, or a recovery code. Each code works once, across all processes."""
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
    """Raised if secrets were encrypted with another SECRET_KEY."""

    def __str__(self) -> str:
        return "The site's SECRET_KEY has changed, so your second factor can't be read. Ask a superuser to reset it."


def spend(device: Authenticator, code: str) -> None:
    """Remember a used code."""
    # allauth remembers used codes in a cache that processes do not share. Three codes are valid at a time.
    device.data["spent"] = [*device.data.get("spent", ()), code][-3:]
    device.save(update_fields=["data"])


@transaction.atomic
def renew_recovery_codes(*, user: StaffUser) -> list[str]:
    """Replace the recovery codes and return the new ones."""
    StaffUser.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


@transaction.atomic
def reset(*, user: StaffUser) -> None:
    """Remove a lost device. The next login sets up another one. All sessions lose their proof at once."""
    user = StaffUser.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user).delete()
    user.second_factor_at = None
    user.save(update_fields=["second_factor_at"])
