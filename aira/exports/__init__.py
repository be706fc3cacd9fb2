"""Export lists as files."""
