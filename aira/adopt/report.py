"""Report an adoption: the promise for each object and row, which a person signs, and the results.

One JSON file has both. `adopt --check --report FILE` writes the promise, and a person writes a name into `signed_by`.
`adopt --signed FILE` compares it with the database before any change, and `--report FILE` compares the results.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aira.adopt import AdoptError, record, rules
from aira.adopt.survey import Survey, key


@dataclass(frozen=True)
class Promise:
    """Hold what adoption promised.

    Attributes:
        objects: Each object with its future state.
        rows: Each row with its rule and its option.
    """

    objects: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    signed_by: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the promise, which detects changes of the file."""
        text = json.dumps([self.objects, self.rows], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def promised(found: Survey) -> Promise:
    """Return what adoption will do according to a survey."""
    objects = [
        {
            "subject": one.subject,
            "is": one.says,
            "becomes": future_state(found, one),
            **({"definition": one.definition} if one.definition else {}),
        }
        for one in found.differences
    ]
    unrepaired = {key(row) for row in found.unrepaired}
    rows = [
        {**asdict(row), "option": "must be decided" if row.option is None or key(row) in unrepaired else row.option}
        for row in found.rows
    ]
    return Promise(objects, rows)


def future_state(found: Survey, one: Any) -> str:
    """Return what becomes of an object, in words."""
    if one.level == "stop":
        return f"stops adoption: {one.does}"
    if one.level == "does":
        return str(one.does)
    answer = found.decisions.of_object(one)
    return {"keep": "is kept", "replace": "is replaced", "drop": "is dropped", None: f"must be decided: {one.does}"}[
        answer
    ]


def read_signed(path: Path) -> Promise:
    """Read a signed report.

    Raises:
        AdoptError: The file is not a report, is not signed, or was changed after it was written.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        promise = Promise(found["promised"]["objects"], found["promised"]["rows"], str(found.get("signed_by") or ""))
        digest = found["digest"]
    except OSError as error:
        raise AdoptError(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise AdoptError(f"{path} is not a report of adopt --check --report. Write one with that command.") from None
    if not promise.signed_by.strip():
        raise AdoptError(f"{path} is not signed: write your name as the value of signed_by.")
    if promise.digest != digest:
        raise AdoptError(f"{path} was changed after adopt wrote it. Write a new one with adopt --check --report.")
    return promise


def hold(signed: Promise, now: Promise) -> None:
    """Compare the objects with the signed report. Rows are not compared, since services write meanwhile.

    Raises:
        AdoptError: An object differs, or a rule would do something that the report does not contain.
    """
    before = {one["subject"]: one for one in signed.objects}
    after = {one["subject"]: one for one in now.objects}
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        raise AdoptError(
            f"{len(changed)} objects differ from the signed report, such as {changed[0]}. "
            "Nothing was changed. Write a new report with adopt --check --report, and sign it."
        )
    options = {(row["rule"], row["option"]) for row in signed.rows}
    if new := sorted({(row["rule"], row["option"]) for row in now.rows} - options):
        raise AdoptError(
            f"The signed report does not contain {new[0][0]}: {new[0][1]}. Nothing was changed. "
            "Write a new report with adopt --check --report, and sign it."
        )


def compared(promise: dict[str, Any], done: list[rules.Row]) -> list[dict[str, Any]]:
    """Return each row that was promised or repaired, and whether both agree."""
    before = {(row["rule"], row["table"], row["id"]): row for row in promise.get("rows", [])}
    after = {(row.rule, row.table, row.id): asdict(row) for row in done}
    found = []
    for name in dict.fromkeys([*before, *after]):
        was, is_ = before.get(name), after.get(name)
        how = "as promised"
        if is_ is None:
            how = "not needed: the row was corrected or deleted before the switch"
        elif was is None:
            how = "came after the report"
        elif was["option"] != is_["option"]:
            how = f"differs from the promise, which was {was['option']}"
        found.append({**(is_ or was or {}), "compared": how})
    return found


def write(path: Path | None, alias: str, **more: Any) -> None:
    """Write the current state of the report.

    Args:
        more: The stage, and the result of the proof at the end.
    """
    if path is None:
        return
    promise = record.recall(alias, "promised", {})
    done = record.recall_repaired(alias)
    switched = record.recall(alias, "switched")
    found = {
        "stage": "switched" if switched else "the original",
        "signed_by": promise.get("signed_by", ""),
        "digest": promise.get("digest", ""),
        **more,
        "promised": {"objects": promise.get("objects", []), "rows": promise.get("rows", [])},
        "rows": compared(promise, done) if switched else [],
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_promise(path: Path, found: Survey) -> None:
    """Write the report of a check, for a person to sign."""
    promise = promised(found)
    text = {
        "stage": "the original",
        "signed_by": "",
        "digest": promise.digest,
        "promised": {"objects": promise.objects, "rows": promise.rows},
    }
    path.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
