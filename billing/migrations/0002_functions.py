from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [run_sql(__file__, "0002_functions")]
