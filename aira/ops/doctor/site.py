"""Look at the site as people reach it, through its proxy."""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import requests

from aira.ops.doctor.findings import MISSING, WRONG, Finding

PATIENCE = 10


def look(url: str | None) -> Iterator[Finding]:
    """Open the site.

    Args:
        url: address of the site as people open it.
    """
    if url is None:
        yield Finding(MISSING, "The site and its proxy were not looked at.", "Run this command with --url https://….")
        return
    base = url.rstrip("/")
    try:
        ready = requests.get(f"{base}/readyz", timeout=PATIENCE, allow_redirects=False)
        login = requests.get(f"{base}/console/login/", timeout=PATIENCE, allow_redirects=False)
    except requests.RequestException as error:
        yield Finding(
            WRONG, f"{base} can't be opened: {type(error).__name__}: {error}.", "Start gunicorn and its proxy."
        )
        return
    if ready.status_code != 200:
        yield Finding(WRONG, f"{base}/readyz answers {ready.status_code}: {ready.text[:200]}", "Read the site's log.")
    if login.is_redirect and login.headers.get("location", "").startswith(base):
        yield Finding(
            WRONG,
            "The login page redirects to itself: the site doesn't see that the request came by https.",
            "Let the proxy set X-Forwarded-Proto to https.",
        )
        return
    if login.status_code != 200:
        yield Finding(
            WRONG,
            f"{base}/console/login/ answers {login.status_code}.",
            "Add the host to ALLOWED_HOSTS, or read the log.",
        )
        return
    yield from headers(base, login)


def headers(base: str, login: requests.Response) -> Iterator[Finding]:
    """Look at TLS and at the headers of the login page."""
    parts = urlsplit(base)
    if parts.scheme != "https":
        yield Finding(WRONG, f"{base} is not https: passwords cross the network in clear.", "Let the proxy end TLS.")
        return
    if "strict-transport-security" not in login.headers:
        yield Finding(MISSING, "The header Strict-Transport-Security is missing.", "The proxy must not remove it.")
    if "content-security-policy" not in login.headers:
        yield Finding(MISSING, "The header Content-Security-Policy is missing.", "The proxy must not remove it.")
    if not all(cookie.secure for cookie in login.cookies):
        yield Finding(WRONG, "A cookie is not marked Secure.", "Unset DEBUG.")
    try:
        plain = requests.get(urlunsplit(parts._replace(scheme="http")), timeout=PATIENCE, allow_redirects=False)
    except requests.RequestException:
        # Nothing listens without TLS, which is as good as a redirect.
        return
    if not plain.headers.get("location", "").startswith("https://"):
        yield Finding(WRONG, "Requests without TLS are answered.", "Let the proxy redirect http to https.")
