"""Act as another role for the rest of a transaction, with the claims of a JWT, as the data API does."""

import json
from typing import Any
from uuid import UUID


def claims(role: str, user: UUID | None = None) -> dict[str, str]:
    """Return the claims of a role's JWT.

    Args:
        user: the account that is logged in.
    """
    return {"role": role} | ({"sub": str(user), "aal": "aal1"} if user else {})


def become(cursor: Any, role: str, user: UUID | None = None) -> None:
    """Act as the role until step_back or the end of the transaction. The connection's role must be a member of it."""
    bring_claims(cursor, role, user)
    cursor.execute("select set_config('role', %s, true)", [role])


def bring_claims(cursor: Any, role: str, user: UUID | None = None) -> None:
    """Set the claims without the role. auth.uid() returns the account, while the rights stay."""
    cursor.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims(role, user))])


def step_back(cursor: Any) -> None:
    """Return to the connection's own role."""
    cursor.execute("select set_config('role', 'none', true), set_config('request.jwt.claims', '', true)")
