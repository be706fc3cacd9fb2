"""Build the triggers that write events."""

from typing import Any

import pgtrigger

from aira.schema.triggers import Trigger


def tells(name: str, operation: Any, *, condition: Any, calls: str) -> Trigger:
    """Return a trigger that writes an event in the transaction of the change.

    Args:
        name: the end of the trigger's name.
        condition: decides whether there is an event. It is checked for each statement, so keep it short.
        calls: the function of the app that writes it.
    """
    return Trigger(
        name=f"event_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=pgtrigger.Condition(" ".join(condition.split())) if isinstance(condition, str) else condition,
        calls=calls,
    )
