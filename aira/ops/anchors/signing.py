"""Sign anchors with Ed25519. Keys are 32 bytes in base64."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from aira.ops.anchors import AnchorError

KEY_BYTES = 32


def new_key() -> tuple[str, str]:
    """Return a new private key and its public key."""
    private = Ed25519PrivateKey.generate()
    return text_of(private.private_bytes_raw()), text_of(private.public_key().public_bytes_raw())


def public_of(private: str) -> str:
    """Return the public key of a private key. Raises AnchorError."""
    return text_of(Ed25519PrivateKey.from_private_bytes(bytes_of(private)).public_key().public_bytes_raw())


def own_public_key() -> str | None:
    """Return the public key of ANCHOR_KEY, or None if it is not set."""
    private = settings.ANCHOR_KEY
    return None if private is None else public_of(private)


def sign(private: str, statement: str) -> str:
    """Return the signature of a statement in base64. Raises AnchorError for a text that is not a key."""
    return text_of(Ed25519PrivateKey.from_private_bytes(bytes_of(private)).sign(statement.encode()))


def is_signed(public: str, statement: str, signature: str) -> bool:
    """Tell whether the signature was made for the statement. Raises AnchorError for a text that is not a key."""
    key = Ed25519PublicKey.from_public_bytes(bytes_of(public))
    try:
        key.verify(base64.b64decode(signature, validate=True), statement.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def text_of(key: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(key).decode()


def bytes_of(key: str) -> bytes:
    """Return the bytes of a key. Raises AnchorError without repeating the text, which may be secret."""
    try:
        found = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != KEY_BYTES:
        raise AnchorError("This is not a key: it must be 32 bytes in base64. Make one with manage.py anchor --new-key.")
    return found
