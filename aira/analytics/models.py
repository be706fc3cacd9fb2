"""Record the refreshes of the materialized views."""

from django.db import models


class AnalyticsRefresh(models.Model):
    """Latest refresh of a view of the schema `analytics`. Only `private.refresh_analytics()` writes it."""

    view_name = models.TextField(primary_key=True)
    refreshed_at = models.DateTimeField(null=True, help_text="Time of the figures")
    duration = models.IntegerField(null=True, help_text="Milliseconds that the last refresh took")
    row_count = models.BigIntegerField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="Time of the last failure")
    error = models.TextField(null=True, help_text="Error of the last failure. Empty once a later refresh succeeds")

    class Meta:
        app_label = "platform"
        db_table = "analytics_refreshes"
        ordering = ["view_name"]

    def __str__(self) -> str:
        return self.view_name
