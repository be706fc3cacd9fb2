from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("businesses", "0004_restored_children")]
    operations = [run_sql(__file__, "0005_opening_intervals")]
