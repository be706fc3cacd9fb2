"""Provide tools for developers: demo data, generated types and the check of texts."""
