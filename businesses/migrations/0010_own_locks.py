from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0009_api_lists"),
    ]

    operations = [run_sql(__file__, "0010_own_locks")]
