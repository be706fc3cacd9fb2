from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0020_adjustments_checked"),
    ]

    operations = [
        run_sql(__file__, "0021_statement_range"),
    ]
