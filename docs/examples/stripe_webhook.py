"""Pass Stripe's events to the ledger: an example for the UI's server.

Verify the signature first, with Stripe's library. Events may come in any order and any number of times; a refund may
come before its payment. This project has its own receiver, too: see "Payments" in the UI's guide.
"""

import json
from collections.abc import Callable
from typing import Any

# Run one statement as service_role and return its rows. With supabase-py:
# client.rpc("record_stripe_event", {"p_event": event, "p_live": True}).execute().data
Run = Callable[..., list[tuple[Any, ...]]]


def apply(event: dict[str, Any], run: Run, live: bool | None = None) -> str:
    """Apply one event and return the outcome.

    Args:
        event: A verified event, as a dict. Its payment intent was created with metadata={"user_id": …}.
        run: Runs one statement as service_role.
        live: True on the live site, which ignores test-mode events. None accepts both modes.

    Returns:
        "settled": the ledger agrees with Stripe. "waiting": the payment is not known yet; do nothing.
        "attention": a member of staff has to look, in the console under Payments.
        "ignored": the event is not about this site.
        Answer Stripe with 200 in each case.
    """
    [(outcome,)] = run("select outcome from public.record_stripe_event(%s, %s)", json.dumps(event), live)
    return str(outcome)
