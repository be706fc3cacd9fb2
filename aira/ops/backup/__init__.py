"""Backups that are proved by restoring them."""


class BackupError(Exception):
    """Why there is no backup, or why it can't be relied on, as a sentence."""
