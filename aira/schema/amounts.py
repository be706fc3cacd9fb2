"""Read amounts that people and programs write."""

import re
from decimal import Decimal

AMOUNT = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def read_amount(text: str) -> Decimal:
    """Return the amount of a text: digits, and a point before the decimals.

    Raises:
        ValueError: The text is another spelling of a number, such as 1e3, 1_000 or +5, or not a number. The message
            says what to write.
    """
    if not AMOUNT.fullmatch(text):
        raise ValueError(f"“{text[:40]}” is not an amount. Write it as 1000.00.")
    return Decimal(text)
