"""Name the services that use the database, as people call them."""

SERVICE_NAMES = {"voice_agent": "Voice Agent", "kb_updater": "KB Updater"}


def service_name(name: str) -> str:
    """Return the name of a service for people, by the name of its role or endpoint."""
    return SERVICE_NAMES.get(name, name)
