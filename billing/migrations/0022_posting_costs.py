from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0021_statement_range"),
    ]

    operations = [
        run_sql(__file__, "0022_posting_costs"),
    ]
