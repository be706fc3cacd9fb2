from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0013_record_change"),
    ]

    operations = [
        run_sql(__file__, "0014_plain_english"),
    ]
