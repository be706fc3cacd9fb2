from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0008_analytics"),
        ("telephony", "0005_audit"),
    ]
    operations = [run_sql(__file__, "0006_analytics")]
