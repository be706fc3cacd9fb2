"""Describe what the doctor finds."""

from dataclasses import dataclass

# A wrong finding must be mended before the site can be used. A missing one is a part that is not set up yet.
WRONG, MISSING = "wrong", "missing"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong or missing.

    Attributes:
        kind: WRONG or MISSING.
        text: what was found, as a sentence.
        todo: what to do, as a sentence.
    """

    kind: str
    text: str
    todo: str


class Blocked(Exception):
    """Raised if later steps can't be looked at."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding
