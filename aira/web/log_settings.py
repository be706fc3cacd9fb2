"""Configure logging: one line or one JSON object per record on stderr, with the id of the request."""

from typing import Any


def logging_settings(level: str, form: str) -> dict[str, Any]:
    """Return Django's LOGGING.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        form: line or json.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
                "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            },
        },
        "filters": {"request_id": {"()": "aira.web.request_identity.WithRequestId"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id"]}},
        # Leave out what these libraries log at the start of every command.
        "loggers": {"procrastinate": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
        "root": {"handlers": ["stderr"], "level": level},
    }
