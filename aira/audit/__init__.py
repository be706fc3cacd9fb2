"""Record who changes what, and describe these events to people."""
