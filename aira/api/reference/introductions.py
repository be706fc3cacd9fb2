"""Introduce the tags of the reference: what the rows of a resource are, and how they are used."""

from typing import Any

GROUPS = {
    "Accounts and businesses": ["accounts", "businesses", "numbers"],
    "Bookings": ["appointments", "slots", "booking-rules"],
    "Money": ["wallets", "transactions", "payments", "payment-facts", "ledger-entries"],
    "Knowledge": ["documents"],
    "Files and long work": ["exports", "jobs"],
    "Events": ["events", "webhook-subscriptions", "webhooks"],
}
OTHERS = "Operation of the platform"
# The tag of the requests that subscribers receive, as opposed to those that they send.
WEBHOOKS = {
    "name": "webhooks",
    "x-displayName": "Webhooks that you receive",
    "description": (
        "One request for each event of a subscription. Check its signature, and answer 2xx within 20 seconds."
    ),
}
INTRODUCTIONS = {
    "accounts": (
        "The people who use the product. Every other row belongs to an account, which is its `user`."
        " Accounts are created by the product's sign-up, so the API only reads them."
    ),
    "businesses": (
        "A business has opening hours, a time zone, phone numbers, appointments and documents."
        " If it moves to the trash, they move with it, and come back when it is restored."
    ),
    "numbers": "Phone numbers in E.164 (`+14155550123`). A number belongs to an account, and may serve a business.",
    "appointments": (
        "An appointment is a time at a business. `POST /appointments/book` books it if it is free."
        " Only confirmed appointments take up time. A status changes by an action such as `cancel` or `complete`."
    ),
    "slots": "The free times of a business, within its opening hours and booking rules.",
    "booking-rules": "Rules for the bookings of a business: how many at once, with which gaps, and how early or late.",
    "wallets": (
        "Each account has one wallet. Its balance is the result of the ledger, and changes only by transactions."
        " A statement shows the entries of a period."
    ),
    "transactions": (
        "A transaction credits or debits a wallet when it is completed. A debit with `hold` first reserves its amount."
        " Refunds and disputes change the amounts of the transaction, and post to the ledger. Amounts are text."
    ),
    "payments": "Payments at Stripe. `state` says whether the ledger agrees with Stripe's reports, and `problem` why.",
    "payment-facts": "Stripe's reports about a payment, its refunds and its disputes. One row for each state.",
    "ledger-entries": (
        "Each change of a balance is an entry that nobody can change. The entries of a wallet form a chain of hashes."
        " The proof looks for contradictions over all accounts."
    ),
    "documents": (
        "Files of a business, from which the Voice Agent answers. The KB Updater processes them,"
        " and `processing_status` shows how far it is."
    ),
    "events": (
        "Changes of businesses, numbers, bookings, money and documents in the last 30 days, in a fixed order."
        " The guide *Events and webhooks* lists the types."
    ),
    "webhook-subscriptions": (
        "A subscription sends events of chosen types to a web address. Its secret signs them."
        " It can be paused, tested, and asked to send events again."
    ),
    "exports": (
        "A list as a file, which a job writes. Start one, read it until its `state` is final, and get the file from its"
        " `link`. The link needs no key, continues after an interruption, and ends after 24 hours."
    ),
    "jobs": (
        "Work that takes longer than a request: exports, and what was asked for with `Prefer: respond-async`."
        " `result` is what the operation would have answered. You see the jobs that you asked for."
    ),
    "usage": "How many requests your key sent in the last 30 days, by day and by operation, and how many failed.",
    "deliveries": "Webhooks to the services of the platform, with their attempts. A failed delivery can be sent again.",
    "endpoints": "The addresses to which webhooks of the platform go. A held endpoint keeps its deliveries pending.",
    "audit-events": (
        "Who changed which row, when and why. `before` and `after` hold the changed columns."
        " `request_id` finds what one request changed."
    ),
    "analytics": "Reports over all accounts, from figures that are refreshed regularly. `refreshed_at` says when.",
    "testing": "An operation with which a client tests how it notices a deprecation. It reads and changes nothing.",
}


def tags(resources: dict[str, Any]) -> list[dict[str, str]]:
    """Return the tags of these resources with their introductions.

    Args:
        resources: viewsets by the names of their resources.
    """
    found = [
        {
            "name": name,
            "x-displayName": name.replace("-", " ").capitalize(),
            "description": INTRODUCTIONS.get(name) or " ".join((view.__doc__ or "").split()),
        }
        for name, view in resources.items()
    ]
    return [*found, WEBHOOKS]


def groups(names: list[str]) -> list[dict[str, Any]]:
    """Return the groups of tags in the order of the reference. Tags that no group lists are the last group."""
    listed = {name for group in GROUPS.values() for name in group}
    found = {title: [name for name in group if name in names] for title, group in GROUPS.items()}
    found[OTHERS] = [name for name in names if name not in listed]
    return [{"name": title, "tags": group} for title, group in found.items() if group]
