"""What a person decided: a JSON file; `adopt --check --write-decisions` makes one with all that waits for an answer."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aira.adopt import AdoptError
from aira.adopt.difference import Difference

ANSWERS = ("keep", "replace", "drop")


@dataclass(frozen=True)
class Decision:
    """Hold one decision.

    option: of the rule. value: the new value, with the option set."""

    option: str
    value: str | None = None


@dataclass(frozen=True)
class Decisions:
    """rules: name → option, or row id → option and `*` for the others; an option may be {"set": value}.

    objects: as `--check` names them → keep, replace or drop; a name may end with `*`, for all that begin alike.
    time_zones: business id → IANA name, `*` for the others.
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
            if answer not in ANSWERS:
                raise AdoptError(f"{path}: the answer for {subject} is {answer!r}. Write keep, replace or drop.")
        for business, zone in found.get("time_zones", {}).items():
            if not isinstance(zone, str):
                raise AdoptError(f"{path}: the time zone of {business} is {zone!r}, no IANA name.")
        return cls(**found)

    def with_older(self, older: "Decisions") -> "Decisions":
        """Return these decisions and, for what they leave open, the older ones."""
        return Decisions(
            {**older.rules, **self.rules},
            {**older.objects, **self.objects},
            {**older.time_zones, **self.time_zones},
        )

    def of_object(self, one: Difference) -> str | None:
        """Return the answer for an object that needs a decision, or None if it is missing.

        Raises AdoptError for an answer that the object does not allow.
        """
        if one.level != "decide":
            return None
        answer = self.objects.get(one.subject)
        if answer is None:
            begins = [name for name in self.objects if name.endswith("*") and one.subject.startswith(name[:-1])]
            # The longest pattern is the most exact one.
            answer = self.objects[max(begins, key=len)] if begins else None
            if answer is not None and answer not in one.options:
                return None
        if answer is not None and answer not in one.options:
            raise AdoptError(f"{one.subject}: {answer!r} is not possible. Write {' or '.join(one.options)}.")
        return answer

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
