"""Takes over the database that the original design's hand-written migrations made, while three services write to it.

Three steps, each of which may be killed and run again:

- **prepare**: migrations that touch none of the original tables make schemas, roles and what the platform needs.
- **switch**: one transaction, with the original tables locked: decided repairs, what is named or made differently, and
  every migration of the five apps from their 0001 on, which is the original design. Before it everything is the
  original, after it everything is ours.
- **finish**: what needs no lock for long: indexes CONCURRENTLY, materialized views filled, the
  remaining migrations; then the proof: the catalog, the ledger, the advisor.
"""

TABLES = ("business_v2", "business_numbers", "wallets", "transactions", "appointments", "documents")
APPS = ("businesses", "telephony", "billing", "bookings", "knowledge")


class AdoptError(Exception):
    """Nothing was changed by the step that raised it; the message says what to do."""
