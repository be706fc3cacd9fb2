"""Migrate the database beside running services, and compare it with its reference."""
