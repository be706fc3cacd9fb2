"""Anchor the ledger and the audit outside of the database.

A superuser can rewrite rows together with all hashes. So each day the worker signs a statement of the newest hashes
(`statement.py`, `signing.py`), stores it in audit.anchors, and sends it where the operator says (`sending.py`).
`manage.py verify_anchors` compares a file of anchors with the database (`proof.py`).
"""


class AnchorError(Exception):
    """Raised with the reason if an anchor can't be made, sent or read."""
