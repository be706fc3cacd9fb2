from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0008_analytics"),
        ("billing", "0008_audit"),
    ]
    operations = [run_sql(__file__, "0009_analytics")]
