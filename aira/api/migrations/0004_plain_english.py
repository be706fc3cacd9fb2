from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0003_texts_checked"),
    ]

    operations = [
        run_sql(__file__, "0004_plain_english"),
    ]
