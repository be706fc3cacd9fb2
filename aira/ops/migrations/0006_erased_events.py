from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0018_payments"),
        ("ops", "0005_erased_requests"),
    ]

    operations = [run_sql(__file__, "0006_erased_events")]
