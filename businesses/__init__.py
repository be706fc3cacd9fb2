"""Businesses and their opening hours."""
