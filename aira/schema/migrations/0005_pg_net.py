from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_webhook_deliveries")]
    operations = [run_sql(__file__, "0005_functions")]
