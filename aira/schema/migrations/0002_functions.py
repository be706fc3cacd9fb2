from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0001_roles_and_schemas"),
    ]

    operations = [
        run_sql(__file__, "0002_functions"),
    ]
