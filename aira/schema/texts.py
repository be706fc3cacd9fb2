"""Build the rules for texts: how long a text may be, and which characters it may have.

Each rule is a CHECK, so it holds for everybody. A column has one CHECK at most, because PostgreSQL parses each of
them for every statement.
"""

from django.db.models import CheckConstraint, F, Func, Q, TextField
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual

# Invisible characters, and characters that reverse the direction of the text around them: controls, zero-width
# characters, marks and overrides of direction, byte order marks, tags. It is part of a character class of PostgreSQL,
# and short, because PostgreSQL reads a CHECK's text byte by byte for each statement.
UNSEEN = r"\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f"
# Joiners are spelling between letters of Persian or Indian scripts and inside emoji, but invisible beside ASCII.
JOINERS = r"\x200c\x200d"
READABLE = rf"^(?!.*(?:[{UNSEEN}]|(?:^|[ -~])[{JOINERS}]|[{JOINERS}](?:[ -~]|$)))"
EMAIL = rf"^(?!.*[{UNSEEN}{JOINERS}])(?:[^@\s]+@[^@\s]+)?$"
WEB_ADDRESS = rf"^(?!.*[{UNSEEN}])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$"
# Services put these ids into addresses of Twilio and Stripe, so an id is one segment of a path and never `..`.
FOREIGN_ID = r"^(?:[A-Za-z0-9][A-Za-z0-9_:.-]*)?$"

# Limits in characters; JSON_BYTES in bytes.
PHONE = 40
NAME = 200
EMAIL_LENGTH = 254
FILE_NAME = ID = 255
PATH = 1024
REASON = 2000
ADDRESS = 2048
NOTES = 10_000
JSON_BYTES = 65_536


def at_most(name: str, field: str, limit: int, called: str) -> CheckConstraint:
    """Limit the length of a text that may have any characters, including line breaks.

    Args:
        name: The name of the constraint.
        field: The field of the model.
        limit: The greatest number of characters.
        called: The field's name in a sentence, with its article.
    """
    return CheckConstraint(
        name=name,
        condition=Q(LessThanOrEqual(Length(field), limit)),
        violation_error_message=f"{called} can have at most {limit:,} characters.",
    )


def readable(name: str, field: str, limit: int, called: str) -> CheckConstraint:
    """Require one line without invisible characters. The arguments are those of `at_most`."""
    return shaped(name, field, limit, READABLE, f"{called} must be one line of at most {limit:,} visible characters.")


def email(name: str, field: str, called: str) -> CheckConstraint:
    """Require an e-mail address, or an empty text. Only a mail server can check more."""
    message = f"{called} must be an e-mail address, such as maria@example.com."
    return shaped(name, field, EMAIL_LENGTH, EMAIL, message)


def web_address(name: str, field: str, called: str) -> CheckConstraint:
    """Require an http or https address without a user name, or an empty text. Browsers and services follow it."""
    message = f"{called} must be a web address of at most {ADDRESS:,} characters, such as https://www.example.com."
    return shaped(name, field, ADDRESS, WEB_ADDRESS, message)


def foreign_id(name: str, field: str, called: str) -> CheckConstraint:
    """Require an id such as those of Twilio and Stripe, or an empty text."""
    message = f"{called} must be at most {ID} letters, digits, “_”, “-”, “.” or “:”, beginning with a letter or digit."
    return shaped(name, field, ID, FOREIGN_ID, message)


def shaped(name: str, field: str, limit: int, pattern: str, message: str) -> CheckConstraint:
    """Require a length and a pattern. `message` is shown if the text breaks either."""
    return CheckConstraint(
        name=name,
        condition=Q(LessThanOrEqual(Length(field), limit), **{f"{field}__regex": pattern}),
        violation_error_message=message,
    )


def json_at_most(name: str, field: str, called: str) -> CheckConstraint:
    """Limit the size of JSON, as text, to 64 kB."""
    size = Func(Cast(F(field), TextField()), function="octet_length")
    return CheckConstraint(
        name=name,
        condition=Q(LessThanOrEqual(size, JSON_BYTES)),
        violation_error_message=f"{called} can have at most 64 kB.",
    )
