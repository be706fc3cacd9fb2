"""What a person decided: a JSON file; `adopt --check --write-decisions` makes one with all that waits for an answer."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aira.adopt import AdoptError


@dataclass(frozen=True)
class Decision:
    """option: of the rule; value: what a row gets, with the option set."""

    option: str
    value: str | None = None


@dataclass(frozen=True)
class Decisions:
    """rules: name → option, or row id → option and `*` for the others; an option may be {"set": value}.

    objects: as `--check` names them → keep or drop. time_zones: business id → IANA name, `*` for the others.
    """

    rules: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    time_zones: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> "Decisions":
        if path is None:
            return cls()
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise AdoptError(f"{path} can't be read: {error.strerror}.") from None
        except ValueError as error:
            raise AdoptError(f"{path} is no JSON: {error}.") from None
        wrong = (
            found.keys() - {"rules", "objects", "time_zones"} if isinstance(found, dict) else {"its outermost value"}
        )
        if wrong or not all(isinstance(part, dict) for part in found.values()):
            raise AdoptError(
                f"{path}: it has rules, objects and time_zones, each an object; "
                f"not {', '.join(sorted(wrong)) or 'that'}."
            )
        for subject, answer in found.get("objects", {}).items():
            if answer not in ("keep", "drop"):
                raise AdoptError(f"{path}: {subject} is kept or dropped; {answer!r} is neither.")
        for business, zone in found.get("time_zones", {}).items():
            if not isinstance(zone, str):
                raise AdoptError(f"{path}: the time zone of {business} is {zone!r}, no IANA name.")
        return cls(**found)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def of_row(self, rule: str, row: str, options: tuple[str, ...], itself: str | None) -> Decision | None:
        """itself: what adoption repairs without being told; only an answer for the very row overrules it.

        Raises AdoptError for an option that the rule does not have.
        """
        found = self.rules.get(rule)
        if isinstance(found, dict) and found.keys() != {"set"}:
            found = found.get(row, itself or found.get("*"))
        else:
            found = itself or found
        if found is None:
            return None
        value = found["set"] if isinstance(found, dict) and found.keys() == {"set"} else None
        option = "set" if isinstance(value, str) else str(found)
        if option not in options or (option == "set") != (value is not None):
            raise AdoptError(
                f"rule {rule}, row {row}: {found!r} is none of its options, which are {', '.join(options)}."
            )
        return Decision(option, value)
