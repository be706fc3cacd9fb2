"""Provide the HTTP API for the tools of staff."""
