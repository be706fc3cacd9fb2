"""Send webhooks: triggers write `private.webhook_deliveries`, and the worker's dispatcher sends them.

Webhooks follow Standard Webhooks. They arrive at least once, in any order, and every retry has the same `webhook-id`.
"""
