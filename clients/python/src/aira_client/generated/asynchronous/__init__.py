"""All resources, with asyncio or trio."""

from aira_client.async_transport import AsyncTransport
from aira_client.generated.asynchronous.accounts import AsyncAccountsResource
from aira_client.generated.asynchronous.analytics import AsyncAnalyticsResource
from aira_client.generated.asynchronous.appointments import AsyncAppointmentsResource
from aira_client.generated.asynchronous.audit_events import AsyncAuditEventsResource
from aira_client.generated.asynchronous.booking_rules import AsyncBookingRulesResource
from aira_client.generated.asynchronous.businesses import AsyncBusinessesResource
from aira_client.generated.asynchronous.deliveries import AsyncDeliveriesResource
from aira_client.generated.asynchronous.documents import AsyncDocumentsResource
from aira_client.generated.asynchronous.endpoints import AsyncEndpointsResource
from aira_client.generated.asynchronous.events import AsyncEventsResource
from aira_client.generated.asynchronous.exports import AsyncExportsResource
from aira_client.generated.asynchronous.jobs import AsyncJobsResource
from aira_client.generated.asynchronous.ledger_entries import AsyncLedgerEntriesResource
from aira_client.generated.asynchronous.numbers import AsyncNumbersResource
from aira_client.generated.asynchronous.payment_facts import AsyncPaymentFactsResource
from aira_client.generated.asynchronous.payments import AsyncPaymentsResource
from aira_client.generated.asynchronous.slots import AsyncSlotsResource
from aira_client.generated.asynchronous.testing import AsyncTestingResource
from aira_client.generated.asynchronous.transactions import AsyncTransactionsResource
from aira_client.generated.asynchronous.usage import AsyncUsageResource
from aira_client.generated.asynchronous.wallets import AsyncWalletsResource
from aira_client.generated.asynchronous.webhook_subscriptions import AsyncWebhookSubscriptionsResource


class AsyncResources:
    """Resources of the API by their names."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.accounts = AsyncAccountsResource(transport)
        self.analytics = AsyncAnalyticsResource(transport)
        self.appointments = AsyncAppointmentsResource(transport)
        self.audit_events = AsyncAuditEventsResource(transport)
        self.booking_rules = AsyncBookingRulesResource(transport)
        self.businesses = AsyncBusinessesResource(transport)
        self.deliveries = AsyncDeliveriesResource(transport)
        self.documents = AsyncDocumentsResource(transport)
        self.endpoints = AsyncEndpointsResource(transport)
        self.events = AsyncEventsResource(transport)
        self.exports = AsyncExportsResource(transport)
        self.jobs = AsyncJobsResource(transport)
        self.ledger_entries = AsyncLedgerEntriesResource(transport)
        self.numbers = AsyncNumbersResource(transport)
        self.payment_facts = AsyncPaymentFactsResource(transport)
        self.payments = AsyncPaymentsResource(transport)
        self.slots = AsyncSlotsResource(transport)
        self.testing = AsyncTestingResource(transport)
        self.transactions = AsyncTransactionsResource(transport)
        self.usage = AsyncUsageResource(transport)
        self.wallets = AsyncWalletsResource(transport)
        self.webhook_subscriptions = AsyncWebhookSubscriptionsResource(transport)
