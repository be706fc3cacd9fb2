"""Define currencies and the type of amounts."""

from django.db import models

LARGEST = "99999999.99"


class Currency(models.TextChoices):
    """Currencies that wallets hold."""

    USD = "USD", "USD"
    INR = "INR", "INR"


class Money(models.DecimalField):
    """An amount, numeric(10,2), in the currency of the same row."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_digits": 10, "decimal_places": 2, **kwargs})  # type: ignore[arg-type]
