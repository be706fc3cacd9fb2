from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0006_erased_events"),
    ]

    operations = [
        run_sql(__file__, "0007_plain_english"),
    ]
