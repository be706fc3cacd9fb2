"""Read environment variables with their types. An invalid value stops the start with the variable's name."""

import base64
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from croniter import croniter
from django.core.exceptions import ImproperlyConfigured

from aira.outbox import addresses
from aira.outbox.signing import secret_problem

SEARCH_PATH = "console,public,private,jobs,extensions"
# The command of manage.py, or the site.
PROGRAM = sys.argv[1] if sys.argv[0].endswith("manage.py") and sys.argv[1:] else "site"

env = environ.Env()
env.read_env(Path(__file__).resolve().parent.parent / ".env")


def database(variable: str, default: str | None = None) -> dict[str, Any]:
    """Return a DATABASES entry from a postgres:// URL."""
    url = env.str(variable, default or "")
    if not url:
        raise ImproperlyConfigured(
            f"{variable} is not set. Set it to postgres://USER:PASSWORD@HOST:PORT/DATABASE, "
            "or use `make run`, which brings its own PostgreSQL."
        )
    return database_at(url, variable)


def database_at(url: str, name: str) -> dict[str, Any]:
    """Return a DATABASES entry for a postgres:// URL. `name` is the variable or option that holds it."""
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in ("postgres", "postgresql") and parts.path.strip("/") and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed:
        raise ImproperlyConfigured(f"{name} must be postgres://USER:PASSWORD@HOST:PORT/DATABASE.")
    config: dict[str, Any] = env.db_url_config(url)
    config |= {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A transaction pooler can send the next statement to another server, so no cursor survives a transaction.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
    options = config.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 10)
    # pg_stat_activity shows this name. So does the audit if nobody is logged in.
    options.setdefault("application_name", f"aira {PROGRAM}")
    # The role `console` has its own search_path. Other roles get it at the start of the session, which a transaction
    # pooler would refuse. Poolers write the user as ROLE.PROJECT.
    if (config.get("USER") or "").partition(".")[0] != "console":
        options["options"] = f"-c search_path={SEARCH_PATH}"
    return config


def boolean(variable: str, default: bool) -> bool:
    """Return the value of an on/off variable."""
    text = env.str(variable, "").strip().lower()
    if text in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return text in ("1", "true", "yes", "on") if text else default
    raise ImproperlyConfigured(f"{variable} must be on or off, not {text!r}.")


def web_address(variable: str) -> str | None:
    """Return an absolute http(s) URL, or None if the variable is not set."""
    url = env.str(variable, "").strip()
    if url and addresses.web_address(url) is None:
        raise ImproperlyConfigured(f"{variable} must be an absolute URL such as https://voice.example.com.")
    return url or None


def secrets(variable: str) -> list[str]:
    """Return the secrets of webhooks. They are separated by spaces, the current one first."""
    found = env.str(variable, "").split()
    for number, secret in enumerate(found, 1):
        if problem := secret_problem(secret):
            raise ImproperlyConfigured(
                f"{variable}: secret {number} {problem}. .env.example explains how to create one."
            )
    return found


def signing_key(variable: str) -> str | None:
    """Return an Ed25519 key as 32 bytes in base64, or None if the variable is not set."""
    text = env.str(variable, "").strip()
    try:
        usable = not text or len(base64.b64decode(text, validate=True)) == 32
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(f"{variable} must be 32 bytes in base64. manage.py anchor --new-key makes one.")
    return text or None


def schedule(variable: str) -> str | None:
    """Return when a periodic job runs, as a cron expression in UTC, or None if the variable is not set."""
    text = env.str(variable, "").strip()
    if text and not croniter.is_valid(text):
        raise ImproperlyConfigured(f"{variable} must be a cron expression such as 40 2 * * *, not {text!r}.")
    return text or None


def anchor_destinations(variable: str, allowed_hosts: list[str]) -> list[str]:
    """Return where anchors go: folders, web addresses and mailboxes as URLs, separated by spaces."""
    found = env.str(variable, "").split()
    for destination in found:
        parts = urlsplit(destination)
        problem = None
        if parts.scheme in ("http", "https"):
            problem = addresses.url_problem(destination, allowed_hosts)
        elif not (parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")) and not (
            parts.scheme == "mailto" and parts.path.count("@") == 1
        ):
            problem = f"{destination} is not file:///FOLDER, https://HOST/PATH or mailto:NAME@HOST"
        if problem:
            raise ImproperlyConfigured(f"{variable}: {problem}.")
    return found


def positive(variable: str, default: int) -> int:
    """Return a number of days, months or the like. It must be at least 1."""
    text = env.str(variable, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 10_000):
        raise ImproperlyConfigured(f"{variable} must be a whole number from 1 to 10000, not {text!r}.")
    return int(text)


def amounts(variable: str, default: str) -> dict[str, Decimal]:
    """Return an amount for each currency, from a text such as USD=500,INR=40000."""
    found = {}
    for part in (env.str(variable, "").strip() or default).split(","):
        currency, _, text = part.strip().partition("=")
        if currency not in ("USD", "INR") or not text.isascii() or not text.isdigit():
            raise ImproperlyConfigured(
                f"{variable} must be whole amounts of USD and INR, for example {default}, not {part!r}."
            )
        found[currency] = Decimal(text)
    return {"USD": Decimal(0), "INR": Decimal(0)} | found


def mailer(variable: str) -> dict[str, Any]:
    """Return Django's MAILERS from a URL such as smtp+tls://USER:PASSWORD@HOST:587. Empty without the variable."""
    url = env.str(variable, "").strip()
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtp+tls", "smtp+ssl") or not parts.hostname:
        raise ImproperlyConfigured(f"{variable} must be smtp+tls://USER:PASSWORD@HOST:PORT, or smtp+ssl:// or smtp://.")
    options = {
        "host": parts.hostname,
        "port": port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtp+ssl",
        "timeout": 20,
    }
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
