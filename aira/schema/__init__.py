"""Provide the base of every app: models, triggers, roles, texts, errors and the trash."""
