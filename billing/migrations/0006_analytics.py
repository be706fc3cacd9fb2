from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_payments"),
    ]

    operations = [
        run_sql(__file__, "0006_analytics"),
    ]
