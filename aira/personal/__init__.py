"""Mask personal data and reveal it."""
