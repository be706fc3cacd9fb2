"""Code that `make client` generates from docs/openapi.yaml. Change nothing here."""
