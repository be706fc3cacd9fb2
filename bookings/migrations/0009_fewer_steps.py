"""Check, slots and booking in fewer steps: a call that reads the terms is a join, a free afternoon is one run."""

from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("bookings", "0008_search"), ("businesses", "0008_opening_times")]
    operations = [run_sql(__file__, "0009_replaced"), run_sql(__file__, "0009_functions")]
