"""Prepare the browser's site: the demo's tenants, and staff who are logged in. Run as `python -m
tests.browser.furnish`.
"""

import hashlib
import os
from datetime import timedelta
from typing import Any

PASSWORD = "correct horse battery"
# The secret of every member's authenticator app.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# Maps a member of staff to their permissions. None stands for all permissions.
STAFF: dict[str, tuple[str, ...] | None] = {
    "sam": None,
    "rita": ("view_business", "view_appointment", "view_transaction"),
    "fay": (
        "view_account",
        "view_wallet",
        "view_transaction",
        "add_transaction",
        "change_transaction",
        "view_ledgerentry",
        "view_approvalrequest",
        "decide_approvalrequest",
    ),
    "nobody": (),
}


def session_key(name: str) -> str:
    """Return the session cookie of a member of staff. Every worker of a run knows it."""
    return hashlib.sha256(f"{os.environ['AIRA_TEST_PASSWORD']} {name}".encode()).hexdigest()[:32]


def device(person: Any) -> None:
    """Return a second factor that a test can use."""
    from allauth.mfa.totp.internal.auth import TOTP
    from django.utils import timezone

    TOTP.activate(person, SECRET)
    person.second_factor_at = timezone.now()
    person.save()


def main() -> None:
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Permission
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from aira.console import second_factor
    from aira.console.models import StaffUser
    from aira.devtools import demo
    from aira.ops.statistics import snapshot

    snapshot.take()
    demo.load(lambda line: None)
    # The page Performance then shows the statements of the demo.
    snapshot.take()
    for name, permissions in STAFF.items():
        person = StaffUser.objects.create_user(name, f"{name}@example.com", PASSWORD, is_staff=True)
        if permissions is None:
            person.is_superuser = True
            person.save()
        else:
            person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        device(person)
        session = {
            second_factor.PROOF: second_factor.proof_of(person),
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        Session.objects.create(
            session_key=session_key(name),
            session_data=SessionStore().encode(session),
            expire_date=timezone.now() + timedelta(hours=1),
        )


if __name__ == "__main__":
    main()
