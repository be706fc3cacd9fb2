"""Build the trigger that notes changes for the sync."""

import pgtrigger

from aira.schema.triggers import Trigger


def followed() -> Trigger:
    """Return the trigger that notes each change of a row. A list with `updated_since` needs it."""
    return Trigger(
        name="followed",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        calls="private.note_change()",
    )
