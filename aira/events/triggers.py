"""Build the triggers that write events."""

from typing import Any

import pgtrigger

from aira.schema.triggers import Trigger


def tells(name: str, operation: Any, *, calls: str, condition: Any = None) -> Trigger:
    """Return a trigger that writes an event in the transaction of the change.

    Args:
        name: the end of the trigger's name.
        calls: the function of the app that writes it.
        condition: decides whether there may be an event. PostgreSQL parses it for each statement, which costs more than
            a call of the function if it has more than a few operators. Without it, the function decides alone.
    """
    return Trigger(
        name=f"event_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=pgtrigger.Condition(" ".join(condition.split())) if isinstance(condition, str) else condition,
        calls=calls,
    )
