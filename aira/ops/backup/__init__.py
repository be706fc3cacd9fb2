"""Make backups and prove them by restoring them."""


class BackupError(Exception):
    """Raised with the reason if there is no backup, or if it is not reliable."""
