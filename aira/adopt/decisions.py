"""Read the decisions of a person from a JSON file.

`adopt --check --write-decisions` writes a file with all open decisions.
"""

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

    Attributes:
        option: An option of the rule.
        value: The new value, for the option set.
    """

    option: str
    value: str | None = None


@dataclass(frozen=True)
class Decisions:
    """Hold all decisions.

    Attributes:
        rules: Maps a rule to an option, or to an object that maps row ids, and `*` for all others, to options. An
            option may be {"set": value}.
        objects: Maps an object, as `--check` names it, to keep, replace or drop. A name may end with `*`, for all names
            with this beginning.
        time_zones: Maps a business id, or `*` for all others, to an IANA name.
    """

    rules: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    time_zones: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> "Decisions":
        """Read a file of decisions. Without a path, return none.

        Raises:
            AdoptError: The file can't be read, or has another form.
        """
        if path is None:
            return cls()
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise AdoptError(f"{path} can't be read: {error.strerror}.") from None
        except ValueError as error:
            raise AdoptError(f"{path} is not valid JSON: {error}. Correct the file.") from None
        wrong = (
            found.keys() - {"rules", "objects", "time_zones"}
            if isinstance(found, dict)
            else {"a value that is not an object"}
        )
        if wrong or not all(isinstance(part, dict) for part in found.values()):
            raise AdoptError(
                f"{path} contains {', '.join(sorted(wrong)) or 'a member that is not an object'}. "
                "Write an object with the members rules, objects and time_zones, each an object."
            )
        for subject, answer in found.get("objects", {}).items():
            if answer not in ANSWERS:
                raise AdoptError(f"{path}: the answer for {subject} is {answer!r}. Write keep, replace or drop.")
        for business, zone in found.get("time_zones", {}).items():
            if not isinstance(zone, str):
                raise AdoptError(
                    f"{path}: the time zone of {business} is {zone!r}. Write an IANA name, such as Europe/Berlin."
                )
        return cls(**found)

    def with_older(self, older: "Decisions") -> "Decisions":
        """Return these decisions. Decisions that they do not contain come from the older ones."""
        return Decisions(
            {**older.rules, **self.rules},
            {**older.objects, **self.objects},
            {**older.time_zones, **self.time_zones},
        )

    def of_object(self, one: Difference) -> str | None:
        """Return the answer for an object that needs a decision, or None if it is missing.

        Raises:
            AdoptError: The object does not allow the answer.
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
        """Return the decisions in the form of the file."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def of_row(self, rule: str, row: str, options: tuple[str, ...], automatic: str | None) -> Decision | None:
        """Return the decision for a row, or None if it is missing.

        Args:
            automatic: The repair that needs no decision. Only a decision about this row's id overrules it.

        Raises:
            AdoptError: The rule does not have the option.
        """
        found = self.rules.get(rule)
        if isinstance(found, dict) and found.keys() != {"set"}:
            found = found.get(row, automatic or found.get("*"))
        else:
            found = automatic or found
        if found is None:
            return None
        value = found["set"] if isinstance(found, dict) and found.keys() == {"set"} else None
        option = "set" if isinstance(value, str) else str(found)
        if option not in options or (option == "set") != (value is not None):
            raise AdoptError(f"rule {rule}, row {row}: {found!r} is not an option. Write {', '.join(options)}.")
        return Decision(option, value)
