"""Becoming a party for the rest of a transaction: its role, and the claims of its JWT, as the data API sets them."""

import json
from typing import Any
from uuid import UUID


def claims(role: str, user: UUID | None = None) -> dict[str, str]:
    """What the JWT of a role says; user: of the account that is logged in."""
    return {"role": role} | ({"sub": str(user), "aal": "aal1"} if user else {})


def become(cursor: Any, role: str, user: UUID | None = None) -> None:
    """Until step_back or the end of the transaction; the connection's own role must be a member of `role`."""
    bring_claims(cursor, role, user)
    cursor.execute("select set_config('role', %s, true)", [role])


def bring_claims(cursor: Any, role: str, user: UUID | None = None) -> None:
    """The claims alone: who is asked for by auth.uid() changes, what may be done does not."""
    cursor.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims(role, user))])


def step_back(cursor: Any) -> None:
    cursor.execute("select set_config('role', 'none', true), set_config('request.jwt.claims', '', true)")
