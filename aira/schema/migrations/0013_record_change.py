from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0012_texts_checked"),
    ]

    operations = [
        run_sql(__file__, "0013_record_change"),
    ]
