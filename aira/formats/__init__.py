"""Formats of dates and times, the same on every page."""
