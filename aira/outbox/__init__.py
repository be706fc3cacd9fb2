"""Webhooks: triggers write `private.webhook_deliveries`, the worker's dispatcher sends them.

At least once, in no promised order, as Standard Webhooks: every retry carries the same `webhook-id`.
"""
