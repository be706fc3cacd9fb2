from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0015_texts_checked"),
    ]

    operations = [run_sql(__file__, "0016_whole_search")]
