from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("businesses", "0003_contract")]
    operations = [run_sql(__file__, "0004_restored_children")]
