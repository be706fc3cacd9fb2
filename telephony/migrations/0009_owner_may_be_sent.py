from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0011_owner_may_be_sent"),
        ("telephony", "0008_api_lists"),
    ]

    operations = [
        run_sql(__file__, "0009_owner_may_be_sent"),
    ]
