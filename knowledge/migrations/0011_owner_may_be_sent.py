from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0011_owner_may_be_sent"),
        ("knowledge", "0010_deliveries_of_many"),
    ]

    operations = [
        run_sql(__file__, "0011_owner_may_be_sent"),
    ]
