"""Encrypt the secrets of subscriptions with keys that come from SECRET_KEY and its fallbacks."""

import base64
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"aira.events.subscription_secrets"


@cache
def key_from(secret_key: str) -> Fernet:
    """Return the key that comes from a secret key of the site."""
    derived = HKDF(SHA256(), 32, None, PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def keys() -> MultiFernet:
    """Return the keys. The current one encrypts, and each of them decrypts."""
    return MultiFernet([key_from(one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def seal(secret: str) -> str:
    """Return a secret encrypted."""
    return keys().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt a secret.

    Raises:
        InvalidToken: Another SECRET_KEY encrypted it.
    """
    return keys().decrypt(sealed.encode()).decode()
