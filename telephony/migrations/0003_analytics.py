from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("telephony", "0002_contract"),
    ]

    operations = [
        run_sql(__file__, "0003_analytics"),
    ]
