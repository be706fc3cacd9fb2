from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_analytics"),
        ("bookings", "0005_search"),
        ("console", "0002_pages"),
        ("knowledge", "0004_search"),
        ("telephony", "0004_search"),
    ]

    operations = [
        run_sql(__file__, "0003_search"),
    ]
