"""Whoever sees people masked finds them by whole values alone, and searches by a personal value are on record."""

from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0014_payments"),
        ("bookings", "0016_whole_search"),
    ]

    operations = [run_sql(__file__, "0015_replaced"), run_sql(__file__, "0015_functions")]
