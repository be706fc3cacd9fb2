"""Where Chromium is; `python -m tests.browser.chromium` installs Debian's where there is none and we may."""

import os
import shutil
import subprocess
import sys

MISSING = (
    "There is no Chromium: the browser tests are left out. Install it (Debian: apt-get install chromium), "
    "or say where it is by CHROMIUM=/path/to/chromium."
)


def chromium() -> str | None:
    """The program, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def install() -> None:
    """Playwright's own builds come from an address that not every network reaches; Debian's are everywhere."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "check": False, "stdout": subprocess.DEVNULL}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "--quiet", *arguments], **quiet)


if __name__ == "__main__":
    if chromium() is None:
        install()
    if chromium() is None:
        print(MISSING, file=sys.stderr)
