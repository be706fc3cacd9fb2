"""Handle many rows in one request."""
