from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0023_plain_english"),
    ]

    operations = [
        run_sql(__file__, "0024_left_to_refund"),
    ]
