from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0009_api_lists"),
    ]

    operations = [run_sql(__file__, "0010_deliveries_of_many")]
