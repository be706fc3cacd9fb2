from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0003_worker_processes"),
    ]

    operations = [
        run_sql(__file__, "0004_statistics"),
    ]
