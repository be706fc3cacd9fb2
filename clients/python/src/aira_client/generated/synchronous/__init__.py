"""All resources."""

from aira_client.generated.synchronous.accounts import AccountsResource
from aira_client.generated.synchronous.analytics import AnalyticsResource
from aira_client.generated.synchronous.appointments import AppointmentsResource
from aira_client.generated.synchronous.audit_events import AuditEventsResource
from aira_client.generated.synchronous.booking_rules import BookingRulesResource
from aira_client.generated.synchronous.businesses import BusinessesResource
from aira_client.generated.synchronous.deliveries import DeliveriesResource
from aira_client.generated.synchronous.documents import DocumentsResource
from aira_client.generated.synchronous.endpoints import EndpointsResource
from aira_client.generated.synchronous.events import EventsResource
from aira_client.generated.synchronous.exports import ExportsResource
from aira_client.generated.synchronous.jobs import JobsResource
from aira_client.generated.synchronous.ledger_entries import LedgerEntriesResource
from aira_client.generated.synchronous.numbers import NumbersResource
from aira_client.generated.synchronous.payment_facts import PaymentFactsResource
from aira_client.generated.synchronous.payments import PaymentsResource
from aira_client.generated.synchronous.slots import SlotsResource
from aira_client.generated.synchronous.testing import TestingResource
from aira_client.generated.synchronous.transactions import TransactionsResource
from aira_client.generated.synchronous.usage import UsageResource
from aira_client.generated.synchronous.wallets import WalletsResource
from aira_client.generated.synchronous.webhook_subscriptions import WebhookSubscriptionsResource
from aira_client.transport import Transport


class Resources:
    """Resources of the API by their names."""

    def __init__(self, transport: Transport) -> None:
        self.accounts = AccountsResource(transport)
        self.analytics = AnalyticsResource(transport)
        self.appointments = AppointmentsResource(transport)
        self.audit_events = AuditEventsResource(transport)
        self.booking_rules = BookingRulesResource(transport)
        self.businesses = BusinessesResource(transport)
        self.deliveries = DeliveriesResource(transport)
        self.documents = DocumentsResource(transport)
        self.endpoints = EndpointsResource(transport)
        self.events = EventsResource(transport)
        self.exports = ExportsResource(transport)
        self.jobs = JobsResource(transport)
        self.ledger_entries = LedgerEntriesResource(transport)
        self.numbers = NumbersResource(transport)
        self.payment_facts = PaymentFactsResource(transport)
        self.payments = PaymentsResource(transport)
        self.slots = SlotsResource(transport)
        self.testing = TestingResource(transport)
        self.transactions = TransactionsResource(transport)
        self.usage = UsageResource(transport)
        self.wallets = WalletsResource(transport)
        self.webhook_subscriptions = WebhookSubscriptionsResource(transport)
