from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0016_bounded_hours_checked"),
    ]

    operations = [run_sql(__file__, "0017_restored_rows")]
