"""Find the appointments that other opening hours would leave outside."""

from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_book_anyway")]

    operations = [run_sql(__file__, "0007_hours_preview")]
