"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from aira import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("console/", admin.site.urls),
    path("api/v1/", include("aira.api.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
