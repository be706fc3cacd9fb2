"""Handle what all requests have in common: identity, boundary, headers, errors, health."""
