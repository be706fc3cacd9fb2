"""Collect what explains a slow database: statements, lock waits, sizes, and indexes that nobody uses.

The worker takes a snapshot every 15 minutes and looks for lock waits each minute, as the owner of the schema. Figures
about statements and lock waits are kept for 14 days, sizes for 90. No values of statements are stored.
"""
