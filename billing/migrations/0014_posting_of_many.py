from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0013_api_lists"),
    ]

    operations = [
        run_sql(__file__, "0014_posting_of_many"),
    ]
