"""List all resources of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from aira.api.accounts import AccountViewSet
from aira.api.analytics import AnalyticsViewSet
from aira.api.audit import AuditEventViewSet
from aira.api.deliveries import DeliveryViewSet, EndpointViewSet
from aira.api.events import EventViewSet
from aira.api.jobs.downloads import file
from aira.api.jobs.views import ExportViewSet, JobViewSet
from aira.api.reference import pages
from aira.api.routes import Router
from aira.api.subscriptions import SubscriptionViewSet
from aira.api.testing import TestingViewSet
from aira.api.usage.views import UsageViewSet
from billing.api import LedgerEntryViewSet, TransactionViewSet, WalletViewSet
from billing.payment_api import PaymentFactViewSet, PaymentViewSet
from bookings.api import AppointmentViewSet, BookingRulesViewSet, SlotViewSet
from businesses.api import BusinessViewSet
from knowledge.api import DocumentViewSet
from telephony.api import BusinessNumberViewSet

router = Router()
router.register("accounts", AccountViewSet)
router.register("businesses", BusinessViewSet)
router.register("numbers", BusinessNumberViewSet)
router.register("wallets", WalletViewSet)
router.register("transactions", TransactionViewSet)
router.register("payments", PaymentViewSet)
router.register("payment-facts", PaymentFactViewSet)
router.register("ledger-entries", LedgerEntryViewSet)
router.register("appointments", AppointmentViewSet)
router.register("slots", SlotViewSet, basename="slots")
router.register("booking-rules", BookingRulesViewSet)
router.register("documents", DocumentViewSet)
router.register("deliveries", DeliveryViewSet)
router.register("endpoints", EndpointViewSet)
router.register("events", EventViewSet)
router.register("webhook-subscriptions", SubscriptionViewSet)
router.register("audit-events", AuditEventViewSet)
router.register("analytics", AnalyticsViewSet, basename="analytics")
router.register("exports", ExportViewSet)
router.register("jobs", JobViewSet, basename="jobs")
router.register("usage", UsageViewSet, basename="usage")
router.register("testing", TestingViewSet, basename="testing")

urlpatterns = [
    *router.urls,
    # It has no operation of its own, since its link replaces a key.
    path("exports/<uuid:pk>/file/", file, name="api-export-file"),
    # Paths end with a slash, which the middleware adds.
    path("openapi.yaml/", pages.description_file, name="api-description"),
    path("reference/", pages.reference_page, name="api-reference"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    # The split view loads its script from an address, since the content security policy forbids inline scripts.
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
