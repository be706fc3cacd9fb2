"""Tell others what happened: triggers write events, the API lists them, and subscriptions receive them as webhooks."""
