from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("businesses", "0007_search")]
    operations = [run_sql(__file__, "0008_opening_times")]
