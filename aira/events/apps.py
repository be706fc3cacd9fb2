"""Register the events as an app."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Configuration of the events."""

    name = "aira.events"
    label = "events"
    verbose_name = "Events"
