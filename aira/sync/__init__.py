"""Note which rows changed, in an order that a reader can follow without missing one."""
