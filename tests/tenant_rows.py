"""Create a tenant with one row in every table."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tests.database import Database

TABLES = (
    "business_v2",
    "business_numbers",
    "wallets",
    "transactions",
    "ledger_entries",
    "appointments",
    "booking_rules",
    "documents",
)
TRASHABLE = ("business_v2", "business_numbers", "appointments", "documents")


@dataclass
class Rows:
    user: UUID
    business: UUID
    number: UUID
    wallet: UUID
    transaction: UUID
    entry: UUID
    appointment: UUID
    rules: UUID
    document: UUID

    def of(self, table: str) -> UUID:
        ids = (
            self.business,
            self.number,
            self.wallet,
            self.transaction,
            self.entry,
            self.appointment,
            self.rules,
            self.document,
        )
        return dict(zip(TABLES, ids, strict=True))[table]


def populate(database: "Database", email: str, phone: str) -> Rows:
    """Write the rows as the owner of the schema. Tests check the rights of the other roles."""

    def one(query: str, *params: object) -> UUID:
        row = database.owner(query, *params).fetchone()
        assert row
        return row[0]

    user = database.account(email)
    business = one(
        "insert into public.business_v2 (user_id, name, business_type) values (%s, %s, 'restaurant') returning id",
        user,
        f"Place of {email}",
    )
    number = one(
        "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
        " values (%s, %s, 'Main', 'US', 'local') returning id",
        business,
        phone,
    )
    transaction = one(
        "insert into public.transactions (user_id, type, amount, currency, status, business_number_id)"
        " values (%s, 'credit', 50, 'USD', 'completed', %s) returning id",
        user,
        number,
    )
    return Rows(
        user=user,
        business=business,
        number=number,
        wallet=one("select id from public.wallets where user_id = %s", user),
        transaction=transaction,
        entry=one("select id from public.ledger_entries where transaction_id = %s", transaction),
        appointment=one(
            "insert into public.appointments (business_id, customer_name, scheduled_at)"
            " values (%s, 'Carol', now() + interval '1 day') returning id",
            business,
        ),
        rules=one("insert into public.booking_rules (business_id) values (%s) returning id", business),
        document=one(
            "insert into public.documents (business_id, file_name, file_path) values (%s, 'menu.pdf', 'a/menu.pdf')"
            " returning id",
            business,
        ),
    )
