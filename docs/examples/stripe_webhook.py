"""From Stripe's events to the ledger: an example for the UI's server.

Verify the signature first, with Stripe's library. The database decides what an event means: events may come in any
order, any number of times, also a refund before its payment. This project has a receiver of its own, too: see
"Payments by Stripe" in the UI's guide.
"""

import json
from collections.abc import Callable
from typing import Any

# One statement as service_role, giving its rows. With supabase-py:
# client.rpc("record_stripe_event", {"p_event": event, "p_live": True}).execute().data
Run = Callable[..., list[tuple[Any, ...]]]


def apply(event: dict[str, Any], run: Run, live: bool | None = None) -> str:
    """Apply one event, and return what came of it.

    Args:
        event: A verified event, as a dict. Its payment intent was made with metadata={"user_id": …}.
        run: Runs one statement as service_role.
        live: Whether this is the live site, which ignores test-mode events. None takes both modes.

    Returns:
        "settled": the ledger agrees with Stripe. "waiting": the payment is not known yet; nothing is to be done.
        "attention": a member of staff has to look, in the console under Payments. "ignored": the event is not ours.
        Answer Stripe with 200 in each case.
    """
    [(outcome,)] = run("select outcome from public.record_stripe_event(%s, %s)", json.dumps(event), live)
    return str(outcome)
