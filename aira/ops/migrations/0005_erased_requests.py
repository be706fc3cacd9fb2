from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0015_money_rules"),
        ("ops", "0004_integrity"),
    ]

    operations = [run_sql(__file__, "0005_erased_requests")]
