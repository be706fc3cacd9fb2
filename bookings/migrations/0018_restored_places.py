"""What went to the trash with its business comes back with it, above the capacity if need be, and in one walk."""

from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0017_linear_slots"),
        ("businesses", "0017_restored_rows"),
    ]

    operations = [run_sql(__file__, "0018_restored_places")]
