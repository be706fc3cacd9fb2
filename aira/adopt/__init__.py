"""Take over the database that the original design's hand-written migrations made, while three services write to it.

Adoption has three steps. Each may be killed and run again:

- **prepare**: migrations that touch none of the original tables make schemas, roles and other objects of the platform.
- **switch**: one transaction makes the finished tables take the place of the original ones. Before it the database is
  the original, after it the database is adopted.
- **finish**: work that needs no long lock: indexes made CONCURRENTLY, materialized views, the remaining migrations.
  Then a proof compares the catalog and checks the ledger and the advisor's findings.
"""

TABLES = ("business_v2", "business_numbers", "wallets", "transactions", "appointments", "documents")
APPS = ("businesses", "telephony", "billing", "bookings", "knowledge")


class AdoptError(Exception):
    """Report why adoption stops. The step that raises it has changed nothing, and the message says what to do."""
