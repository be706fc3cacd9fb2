"""Configure the app telephony."""

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    """Settings of the app telephony."""

    name = "telephony"
    verbose_name = "Telephony"
