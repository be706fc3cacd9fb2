"""Run as `python -m aira.devtools.prose [PATH …]`: print the findings, and exit with 1 if there are any."""

import argparse
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

from aira.devtools.prose.check import Finding, check_file
from aira.devtools.prose.files import reader_of

PROJECT = Path(__file__).resolve().parents[3]
# Landed migrations never change, and the original schema is kept as it was. The types are generated from texts that
# are checked in their sources. The table of examples quotes riddles.
SKIPPED = (
    "*/migrations/*", "*_migrations/*", "tests/original/*", "docs/types/*", "tests/devtools/prose/style_table.md",
)  # fmt: skip


def unchecked(project: Path = PROJECT) -> list[str]:
    """Return the folders and files of `[tool.prose]` that are not checked yet."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return list(settings["tool"]["prose"]["unchecked"])


def files(project: Path = PROJECT) -> list[Path]:
    """Return the files that git has or would take, relative to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=project, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    found = [Path(name) for name in listed if name and reader_of(Path(name)) and (project / name).is_file()]
    return [path for path in found if not any(path.match(pattern) for pattern in SKIPPED)]


def is_checked(path: Path, folders: list[str]) -> bool:
    """Tell whether no unchecked folder contains the file."""
    return not any(path == Path(folder) or Path(folder) in path.parents for folder in folders)


def findings(paths: list[Path], project: Path = PROJECT) -> list[Finding]:
    """Return the findings of these files, in their order."""
    return [found for path in paths for found in check_file(path, (project / path).read_text(encoding="utf-8"))]


def main(arguments: list[str] | None = None, project: Path = PROJECT) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m aira.devtools.prose", description="Check that texts are plain English."
    )
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders; default: all that are checked")
    parser.add_argument("--all", action="store_true", help="also check the folders that are listed as unchecked")
    parser.add_argument("--count", action="store_true", help="print the number of findings of each folder only")
    options = parser.parse_args(arguments)
    chosen = [path.resolve().relative_to(project) for path in options.paths]
    paths = [path for path in files(project) if not chosen or any(it == path or it in path.parents for it in chosen)]
    if not options.all:
        folders = unchecked(project)
        paths = [path for path in paths if is_checked(path, folders)]
    found = findings(paths, project)
    if options.count:
        for folder, number in sorted(Counter("/".join(one.path.parts[:2]) for one in found).items()):
            print(f"{number:6} {folder}")
    else:
        print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(paths)} files, {len(found)} findings", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
