from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0004_statistics"),
        ("platform", "0008_subscriptions"),
    ]

    operations = [
        run_sql(__file__, "0005_events"),
    ]
