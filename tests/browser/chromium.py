"""Find Chromium. `python -m tests.browser.chromium` installs Debian's package if it is missing and this user may."""

import os
import shutil
import subprocess
import sys

MISSING = (
    "There is no Chromium: the browser tests are left out. Install it (Debian: apt-get install chromium), "
    "or say where it is by CHROMIUM=/path/to/chromium."
)


def chromium() -> str | None:
    """Return the path of the program, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def install() -> None:
    """Install Debian's package. Not every network reaches the address of Playwright's own builds."""
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
