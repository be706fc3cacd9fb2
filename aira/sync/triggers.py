"""Build the trigger that notes changes for the sync."""

import pgtrigger

from aira.schema.triggers import Trigger


def followed(*updates_of: str) -> Trigger:
    """Return the trigger that notes each change of a row. A list with `updated_since` needs it.

    Args:
        updates_of: if given, only updates of these columns are noted. `private.number_changes()` finds the others.
    """
    update = pgtrigger.UpdateOf(*updates_of) if updates_of else pgtrigger.Update
    return Trigger(
        name="followed",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | update | pgtrigger.Delete,
        calls="private.note_change()",
    )
