"""Search rows, and limit and record searches for people."""
