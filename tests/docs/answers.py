"""Compare printed output with the output that a page shows."""

import re


def matches(printed: str, said: str) -> bool:
    pattern = ""
    for line in rows(said):
        pattern += "(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in rows(printed))) is not None


def rows(text: str) -> list[str]:
    """Return the lines without the frame that psql draws around cells."""
    lines = []
    for line in text.splitlines():
        cells = " | ".join(cell.strip() for cell in line.split("|")).strip(" |")
        if cells and not re.fullmatch(r"-[-+| ]*|\(\d+ rows?\)", cells):
            lines.append(cells)
    return lines
