"""Configure the app bookings."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Settings of the app bookings."""

    name = "bookings"
    verbose_name = "Bookings"
