"""Rules for texts: how long one may be, and what it may be made of. Each is a CHECK, which everybody meets.

One CHECK a column: PostgreSQL reads each of them anew for every statement.
"""

from django.db.models import CheckConstraint, F, Func, Q, TextField
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual

# What nobody sees, and what turns the direction of the text around it: controls, zero-width characters, marks and
# overrides of direction, byte order marks, tags. As a part of a character class of PostgreSQL, and short: it reads a
# CHECK's text byte by byte for each statement.
UNSEEN = r"\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f"
# Between letters of Persian or of Indian scripts, and inside of emoji, joiners are spelling; beside ASCII they hide.
JOINERS = r"\x200c\x200d"
READABLE = rf"^(?!.*(?:[{UNSEEN}]|(?:^|[ -~])[{JOINERS}]|[{JOINERS}](?:[ -~]|$)))"
EMAIL = rf"^(?!.*[{UNSEEN}{JOINERS}])(?:[^@\s]+@[^@\s]+)?$"
WEB_ADDRESS = rf"^(?!.*[{UNSEEN}])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$"
# What services put into addresses of Twilio and Stripe: one segment of a path, and never `..`.
FOREIGN_ID = r"^(?:[A-Za-z0-9][A-Za-z0-9_:.-]*)?$"

# Characters.
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
    """A text of any characters, lines too. called: what people call the field, with its article."""
    return CheckConstraint(
        name=name,
        condition=Q(LessThanOrEqual(Length(field), limit)),
        violation_error_message=f"{called} can have at most {limit:,} characters.",
    )


def readable(name: str, field: str, limit: int, called: str) -> CheckConstraint:
    """One line, and nothing in it that can't be seen."""
    return shaped(name, field, limit, READABLE, f"{called} must be one line of at most {limit:,} visible characters.")


def email(name: str, field: str, called: str) -> CheckConstraint:
    """Empty, or something like an address: mail servers alone know more."""
    message = f"{called} must be an e-mail address, such as maria@example.com."
    return shaped(name, field, EMAIL_LENGTH, EMAIL, message)


def web_address(name: str, field: str, called: str) -> CheckConstraint:
    """Empty, or an address that a browser or another service may follow: http or https, without a user in it."""
    message = f"{called} must be a web address of at most {ADDRESS:,} characters, such as https://www.example.com."
    return shaped(name, field, ADDRESS, WEB_ADDRESS, message)


def foreign_id(name: str, field: str, called: str) -> CheckConstraint:
    """Empty, or an id as Twilio and Stripe make them."""
    message = f"{called} must be at most {ID} letters, digits, “_”, “-”, “.” or “:”, beginning with a letter or digit."
    return shaped(name, field, ID, FOREIGN_ID, message)


def shaped(name: str, field: str, limit: int, pattern: str, message: str) -> CheckConstraint:
    return CheckConstraint(
        name=name,
        condition=Q(LessThanOrEqual(Length(field), limit), **{f"{field}__regex": pattern}),
        violation_error_message=message,
    )


def json_at_most(name: str, field: str, called: str) -> CheckConstraint:
    """JSON of at most 64 kB as text."""
    size = Func(Cast(F(field), TextField()), function="octet_length")
    return CheckConstraint(
        name=name,
        condition=Q(LessThanOrEqual(size, JSON_BYTES)),
        violation_error_message=f"{called} can have at most 64 kB.",
    )
