from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0003_no_double_booking"),
    ]

    operations = [
        run_sql(__file__, "0004_analytics"),
    ]
