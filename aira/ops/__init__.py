"""Operate the platform: health, metrics, backups, archives, integrity, erasure."""
