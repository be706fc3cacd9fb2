"""Run a page's blocks as its reader would: statements in psql, commands in a shell in a checkout."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.command import CONFIGURED, deployed
from tests.database import Database
from tests.docs.answers import matches
from tests.docs.blocks import SHELLS, Block

SECONDS = 300
# Show the state and the rule of a refusal, but not the place in PostgreSQL's source.
PSQL = ("-Xq", "-P", "pager=off", "-v", "VERBOSITY=verbose", "-v", "SHOW_CONTEXT=never")
NOISE = re.compile(r"^(LOCATION|SCHEMA NAME|TABLE NAME|COLUMN NAME|DATATYPE NAME):.*\n", re.MULTILINE)


@dataclass
class Reader:
    """Follow a page with a database and a copy of the checkout, in which commands may write."""

    database: Database
    checkout: Path

    @property
    def environment(self) -> dict[str, str]:
        programs = self.checkout / ".programs"
        programs.mkdir(exist_ok=True)
        manage = programs / "manage.py"
        manage.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{self.checkout}/manage.py" "$@"\n')
        manage.chmod(0o755)
        return deployed(
            self.database,
            PATH=os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]),
            BACKUP_DIR=str(self.checkout / "backups"),
            ARCHIVE_DIR=str(self.checkout / "archive"),
            PYTHONDONTWRITEBYTECODE="1",
            **CONFIGURED,
        )

    def run(self, blocks: list[Block]) -> list[str]:
        """Return the problems as sentences. Consecutive blocks of one party share a session."""
        problems = []
        for (is_shell, _), part in groupby(blocks, lambda block: (block.language in SHELLS, block.party)):
            together = list(part)
            if is_shell:
                problems += [problem for block in together for problem in self.shell(block)]
            else:
                problems += self.session(together)
        return problems

    def shell(self, block: Block) -> list[str]:
        script = block.text
        if block.language == "console":
            script = "\n".join(line[2:] for line in block.text.splitlines() if line.startswith("$ "))
            said = [line for line in block.text.splitlines() if not line.startswith("$ ")]
            block.result = "\n".join(said) if said else block.result
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.checkout,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode != block.exits:
            return [f"{block.where} ended with {done.returncode}:\n{done.stdout}"]
        return unlike(block, done.stdout)

    def session(self, blocks: list[Block]) -> list[str]:
        """Run the blocks of one party in one psql."""
        party = blocks[0].party
        mark = "=== the next block ==="
        command = ["manage.py", "psql", "--as", party, "--", *PSQL, "-f", "-"]
        done = subprocess.run(
            command,
            cwd=self.checkout,
            env=self.environment,
            input=f"\n\\echo '{mark}'\n".join(block.text for block in blocks),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        printed = re.sub(r"^psql:<stdin>:\d+: ", "", NOISE.sub("", done.stdout), flags=re.MULTILINE).split(f"{mark}\n")
        if done.returncode or len(printed) != len(blocks):
            return [f"{blocks[0].where}: psql --as {party!r} broke off:\n{done.stdout}"]
        return [problem for block, text in zip(blocks, printed, strict=True) for problem in judged(block, text)]


def judged(block: Block, printed: str) -> list[str]:
    refused = "ERROR:  " in printed or "FATAL:  " in printed
    if refused and "ERROR:  " not in (block.result or ""):
        return [f"{block.where} was refused:\n{printed}"]
    return unlike(block, printed)


def unlike(block: Block, printed: str) -> list[str]:
    if block.result is None or matches(printed, block.result):
        return []
    return [f"{block.where} printed\n{printed}\nand the page says\n{block.result}"]
