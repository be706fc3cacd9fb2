"""Which fields tell who a customer or an account is, and how they look to those who may not know."""

from typing import Literal

Kind = Literal["name", "phone", "email", "text"]

# By label, since this app knows none of the others. Texts are what people write about people: nothing of them is shown.
PERSONAL: dict[str, dict[str, Kind]] = {
    "platform.account": {"email": "email", "phone": "phone"},
    "bookings.appointment": {
        "customer_name": "name",
        "customer_phone": "phone",
        "customer_email": "email",
        "notes": "text",
    },
}
DOTS = "•••"


def mask(kind: Kind, value: str) -> str:
    """Enough to tell two apart while talking to one. As many dots for a short value as for a long one."""
    match kind:
        case "name":
            return " ".join(word[0] + DOTS for word in value.split()) or DOTS
        case "phone":
            return mask_phone(value)
        case "email":
            local, at, domain = value.strip().rpartition("@")
            return f"{local[0]}{DOTS}@{domain}" if at and local and domain else DOTS
    return DOTS


def mask_phone(value: str) -> str:
    digits = "".join(character for character in value if character.isdecimal())
    if len(digits) < 8:
        # Four of so few would be most of it.
        return DOTS
    # Two digits tell at most a country's code; in zones 1 and 7 the second belongs to the number.
    code = digits[:1] if digits[0] in "17" else digits[:2]
    prefix = f"+{code} " if value.strip().startswith("+") else ""
    return f"{prefix}{DOTS} {DOTS} {digits[-4:]}"
