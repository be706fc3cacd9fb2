"""Store staff, their uses of view-as, and their notes."""

from aira.console.models.notes import Note
from aira.console.models.staff import StaffUser, ViewAsUse

__all__ = ["Note", "StaffUser", "ViewAsUse"]
