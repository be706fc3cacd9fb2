"""Convert opening hours between text and the JSON of CONTRACT.md. The database validates their meaning."""

import re
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
HOURS_HELP = (
    "Write 09:00-12:00, 13:00-18:00, or closed. For hours past midnight, write 18:00-02:00. For a whole day, "
    "write 00:00-24:00. If all days are empty, the business is open 09:00-18:00 every day. Special days replace "
    "the hours of a date, one on each line: 2026-12-25 closed. Closures have a line each, too: 2026-08-01 00:00 "
    "to 2026-08-16 00:00. All times are in the time zone of the business."
)
CLOSED = "closed"
DASH = r"\s*(?:-|–|to)\s*"
INTERVAL = re.compile(rf"(\d{{1,2}}):(\d\d){DASH}(\d{{1,2}}):(\d\d)")
SPECIAL = re.compile(r"(\d{4}-\d\d-\d\d)[\s:]+(.+)")
MOMENT = r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)"
CLOSURE = re.compile(f"{MOMENT}{DASH}{MOMENT}")


def read_day(text: str) -> list[list[str]]:
    """Read the hours of a day, such as “09:00-12:00, 13:00-18:00” or “closed”.

    Raises:
        ValidationError: A part is not a time range.
    """
    if text.strip().lower() == CLOSED:
        return []
    intervals = []
    for part in text.split(","):
        found = INTERVAL.fullmatch(part.strip())
        if not found:
            raise ValidationError(
                f"“{part.strip()}” is not a time range. Write 09:00-17:00, or closed. Put a comma between time ranges."
            )
        opens, opened, closes, closed = found.groups()
        intervals.append([f"{opens:0>2}:{opened}", f"{closes:0>2}:{closed}"])
    return intervals


def write_day(intervals: Any) -> str:
    """Return the hours of a day as text."""
    return ", ".join("-".join(interval) for interval in intervals) or CLOSED


def read_special(line: str) -> tuple[str, list[list[str]]]:
    """Read a special day and its hours from a line.

    Raises:
        ValidationError: The line is not a special day.
    """
    found = SPECIAL.fullmatch(line)
    if not found:
        raise ValidationError(f"Couldn't read “{line}”. Write 2026-12-25 closed, or 2026-12-24 09:00-13:00.")
    return found[1], read_day(found[2])


def read_specials(written: list[str]) -> dict[str, list[list[str]]]:
    """Read the special days.

    Raises:
        ValidationError: A line is not a special day, or a day is given twice.
    """
    found: dict[str, list[list[str]]] = {}
    for day, intervals in map(read_special, written):
        if day in found:
            raise ValidationError(
                f"{day} is given twice. Write all its hours on one line, such as {day} 09:00-12:00, 13:00-18:00."
            )
        found[day] = intervals
    return found


def read_closure(line: str) -> dict[str, str]:
    """Read a closure from a line.

    Raises:
        ValidationError: The line is not a closure.
    """
    found = CLOSURE.fullmatch(line)
    if not found:
        raise ValidationError(f"Couldn't read “{line}”. Write 2026-08-01 00:00 to 2026-08-16 00:00.")
    return {"from": f"{found[1]}T{found[2]}", "to": f"{found[3]}T{found[4]}"}


def lines(text: str) -> list[str]:
    """Return the lines of a text that are not blank."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class HoursWidget(forms.MultiWidget):
    """One input for each day of the week, one for special days and one for closures."""

    template_name = "businesses/hours_widget.html"

    def __init__(self) -> None:
        super().__init__(
            {
                **dict.fromkeys(DAYS, UnfoldAdminTextInputWidget),
                "special": UnfoldAdminTextareaWidget({"rows": 3}),
                "closures": UnfoldAdminTextareaWidget({"rows": 3}),
            }
        )

    @override
    def decompress(self, value: Any) -> list[str]:
        hours = value or {}
        weekly = hours.get("weekly")
        return [
            *("" if weekly is None else write_day(weekly.get(day, [])) for day in DAYS),
            "\n".join(f"{day} {write_day(intervals)}" for day, intervals in sorted(hours.get("special", {}).items())),
            "\n".join(f"{c['from']} to {c['to']}".replace("T", " ") for c in hours.get("closures", [])),
        ]

    @override
    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        labels = [*DAYS.values(), "Special days", "Closures"]
        for widget, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            widget["label"] = label
        return context


class HoursField(forms.MultiValueField):
    """Opening hours of a business as a form field."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {key: kwargs[key] for key in ("label", "help_text") if key in kwargs}
        texts = [forms.CharField(required=False) for _ in range(len(DAYS) + 2)]
        super().__init__(texts, widget=HoursWidget(), required=False, require_all_fields=False, **kwargs)

    def compress(self, texts: list[str]) -> dict[str, Any] | None:
        """Return the JSON of the opening hours.

        Without hours for any day, the week has the default. Without any text, it returns None.
        """
        *week, special, closures = texts or [""] * (len(DAYS) + 2)
        hours: dict[str, Any] = {}
        if any(text.strip() for text in week):
            hours["weekly"] = {day: read_day(text) for day, text in zip(DAYS, week, strict=True) if text.strip()}
        if special.strip():
            hours["special"] = read_specials(lines(special))
        if closures.strip():
            hours["closures"] = [read_closure(line) for line in lines(closures)]
        return hours or None
