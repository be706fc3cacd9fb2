from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0016_notes_of_runs"),
    ]

    operations = [
        run_sql(__file__, "0017_plain_english"),
    ]
