"""Create rows for tests of the console and the API as the role console. The test's rollback removes them."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from aira.schema.sql_calls import rows
from billing.models import LedgerEntry, Payment, PaymentFact, Transaction, Wallet
from bookings.models import Appointment, BookingRules
from businesses.models import Business
from knowledge.models import Document
from telephony.models import BusinessNumber


@dataclass
class Tenant:
    business: Business
    number: BusinessNumber
    appointment: Appointment
    rules: BookingRules
    document: Document
    transaction: Transaction
    wallet: Wallet
    entry: LedgerEntry
    payment: Payment
    fact: PaymentFact


def make_tenant(user: UUID, phone: str) -> Tenant:
    business = Business.objects.create(user_id=user, name="Corner Shop", business_type="retail")
    number = BusinessNumber.objects.create(
        user_id=user, business=business, phone_number=phone, display_name="Main", country_code="US", number_type="local"
    )
    transaction = Transaction.objects.create(
        user_id=user, amount="25.00", currency="USD", type="credit", status="completed", business_number=number
    )
    # A refund whose payment has not arrived.
    waiting = f"pi_{user.hex}"
    rows("select * from public.record_refund(%s, %s, 'pending', 5, 'USD')", waiting, f"re_{user.hex}")
    return Tenant(
        business=business,
        number=number,
        appointment=Appointment.objects.create(business=business, customer_name="Carol", scheduled_at=timezone.now()),
        rules=BookingRules.objects.create(business=business),
        document=Document.objects.create(business=business, file_name="a.pdf", file_path="x/a.pdf"),
        transaction=transaction,
        wallet=Wallet.objects.get(user_id=user),
        entry=LedgerEntry.objects.get(transaction_id=transaction.pk),
        payment=Payment.objects.get(pk=waiting),
        fact=PaymentFact.objects.get(payment_id=waiting),
    )
