from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0013_texts_checked"),
    ]

    operations = [run_sql(__file__, "0014_trash_functions")]
