"""List all addresses of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from aira.adminkit import bulk_pages, undo
from aira.console import (
    accounts,
    analytics,
    business_page,
    customer_page,
    dashboard,
    database_room,
    engineer_pages,
    history,
    invitations,
    note_pages,
    passwords,
    performance_pages,
    reveal,
    search,
    sign_in,
    tenant_page,
)
from aira.ops.metrics import metrics
from aira.web import error_pages, health
from billing.receiver import stripe_webhook
from bookings import hours_page

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("favicon.ico", error_pages.favicon, name="favicon"),
    path("console/find/", search.search_page, name="search"),
    path("console/view-as/", engineer_pages.view_as, name="view-as"),
    path("console/advisor/", engineer_pages.advisor, name="advisor"),
    path("console/database/", database_room.database_room, name="database-room"),
    path("console/performance/", performance_pages.performance_page, name="performance"),
    path("console/performance/<int:pk>/", performance_pages.statement_page, name="performance-statement"),
    path("console/ledger-proof/", engineer_pages.ledger_proof, name="ledger-proof"),
    path("console/account/<uuid:pk>/export/", accounts.export_account, name="export-account"),
    path("console/account/<uuid:pk>/erase/", accounts.erase_account, name="erase-account"),
    path("console/timeline/<slug:app>/<slug:name>/<str:pk>/", history.timeline_page, name="timeline"),
    path("console/timeline/<slug:app>/<slug:name>/<str:pk>/<int:event>/", history.version_page, name="version"),
    path("console/reveal/<slug:app>/<slug:name>/<str:pk>/", reveal.reveal_page, name="reveal"),
    path("console/password/forgotten/", passwords.forgotten, name="forgotten-password"),
    path("console/password/<str:uidb64>/<str:token>/", passwords.SetPassword.as_view(), name="set-password"),
    path("console/password_change/", admin.site.admin_view(passwords.change_password), name="own-password"),
    path("console/staff/invite/", invitations.invite_page, name="invite-staff"),
    path("console/staff/<uuid:pk>/link/", invitations.link_page, name="staff-link"),
    path("console/second-factor/", sign_in.second_factor_page, name="second-factor"),
    path("console/second-factor/set-up/", sign_in.setup_page, name="second-factor-setup"),
    path("console/bulk/<uuid:pk>/", bulk_pages.run_page, name="bulk-run"),
    path("console/bulk/<uuid:pk>/progress/", bulk_pages.progress_of, name="bulk-progress"),
    path("console/bulk/<uuid:pk>/results/", bulk_pages.results, name="bulk-results"),
    path("console/undo/", admin.site.admin_view(undo.undo_view), name="undo"),
    path("console/businesses/business/<uuid:pk>/overview/", business_page.business_page, name="business"),
    path(
        "console/businesses/business/<uuid:pk>/hours/",
        admin.site.admin_view(hours_page.hours_page),
        name="business-hours",
    ),
    path(
        "console/businesses/business/<uuid:pk>/hours/preview/",
        admin.site.admin_view(hours_page.preview_part),
        name="business-hours-preview",
    ),
    path("console/notes/add/<slug:app>/<slug:name>/<str:pk>/", note_pages.add_note, name="add-note"),
    path("console/notes/<uuid:pk>/done/", note_pages.finish_note, name="finish-note"),
    path("console/customer/<uuid:pk>/", customer_page.customer_page, name="customer"),
    path("console/tenant/<uuid:pk>/", tenant_page.tenant_page, name="tenant"),
    path("console/today/", dashboard.today_figures, name="today-figures"),
    path("console/analytics/", analytics.analytics, name="analytics"),
    path("console/", admin.site.urls),
    path("api/v1/", include("aira.api.urls")),
    # A redirected POST would become a GET, so the address works with and without the slash.
    re_path(r"^webhooks/stripe/?$", stripe_webhook, name="stripe-webhook"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
]

handler400 = "aira.web.error_pages.bad_request"
handler403 = "aira.web.error_pages.permission_denied"
handler404 = "aira.web.error_pages.not_found"
handler500 = "aira.web.error_pages.server_error"
