"""A model of a Stripe account: changes of payments, the events that it sends, and the money at the end."""

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Event = dict[str, Any]
ids = itertools.count(1)


@dataclass
class StripePayment:
    """One payment intent, with amounts in cents. Each method is a change; `events` are the events that Stripe sends."""

    user: str
    amount: int
    id: str = field(default_factory=lambda: f"pi_{next(ids)}")
    received: int = 0
    refunds: dict[str, Event] = field(default_factory=dict)
    disputes: dict[str, Event] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @property
    def charge(self) -> str:
        return self.id.replace("pi_", "ch_")

    def balance(self) -> Decimal:
        """The part of the payment in the wallet: paid minus refunded and disputed, and never below zero."""
        back = sum(one["amount"] for one in self.refunds.values() if one["status"] in ("pending", "succeeded"))
        back += sum(one["amount"] for one in self.disputes.values() if one["status"] in ("needs_response", "lost"))
        return Decimal(max(self.received - back, 0)) / 100

    def sends(self, kind: str, thing: Event) -> None:
        number = next(ids)
        envelope = {
            "id": f"evt_{number}",
            "object": "event",
            "api_version": "2026-02-25.clover",
            "created": 1790000000 + number,
        }
        self.events.append({**envelope, "livemode": True, "type": kind, "data": {"object": dict(thing)}})

    def intent(self, kind: str, status: str) -> None:
        self.sends(f"payment_intent.{kind}", {
            "id": self.id, "object": "payment_intent", "amount": self.amount, "amount_received": self.received,
            "currency": "usd", "status": status, "latest_charge": self.charge, "metadata": {"user_id": self.user},
        })  # fmt: skip

    def fail(self) -> None:
        self.intent("payment_failed", "requires_payment_method")

    def succeed(self) -> None:
        self.received = self.amount
        self.intent("succeeded", "succeeded")

    def refund(self, amount: int, status: str = "succeeded") -> str:
        refund = {"id": f"re_{next(ids)}", "object": "refund", "amount": amount, "currency": "usd", "status": status,
                  "charge": self.charge, "payment_intent": self.id, "reason": "requested_by_customer"}  # fmt: skip
        self.refunds[refund["id"]] = refund
        self.sends("refund.created", refund)
        total = sum(one["amount"] for one in self.refunds.values() if one["status"] in ("pending", "succeeded"))
        self.sends("charge.refunded", {
            "id": self.charge, "object": "charge", "amount": self.amount, "amount_refunded": total, "currency": "usd",
            "refunded": total == self.amount, "payment_intent": self.id, "status": "succeeded",
        })  # fmt: skip
        return str(refund["id"])

    def settle(self, refund: str, status: str) -> None:
        """Set a pending or succeeded refund to succeeded, failed or canceled."""
        self.refunds[refund]["status"] = status
        if status == "failed":
            self.sends("refund.failed", self.refunds[refund])
        self.sends("charge.refund.updated", self.refunds[refund])

    def dispute(self, amount: int, status: str = "needs_response") -> str:
        dispute = {"id": f"du_{next(ids)}", "object": "dispute", "amount": amount, "currency": "usd", "status": status,
                   "charge": self.charge, "payment_intent": self.id, "reason": "fraudulent",
                   "evidence_details": {"due_by": 1792000000}}  # fmt: skip
        self.disputes[dispute["id"]] = dispute
        self.sends("charge.dispute.created", dispute)
        return str(dispute["id"])

    def close(self, dispute: str, status: str) -> None:
        """An inquiry becomes a dispute (needs_response) or ends (warning_closed); a dispute is won or lost."""
        before = self.disputes[dispute]["status"]
        self.disputes[dispute]["status"] = status
        if status == "needs_response":
            self.sends("charge.dispute.updated", self.disputes[dispute])
            self.sends("charge.dispute.funds_withdrawn", self.disputes[dispute])
        else:
            self.sends("charge.dispute.closed", self.disputes[dispute])
            if status == "won" and before == "needs_response":
                self.sends("charge.dispute.funds_reinstated", self.disputes[dispute])
