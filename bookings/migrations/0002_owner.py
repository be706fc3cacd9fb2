from django.db import migrations

from aira.schema.models import OwnedByAccount
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("businesses", "0003_contract")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[run_sql(__file__, "0002_owner")],
            state_operations=[
                migrations.AddField(
                    "appointment",
                    "user",
                    OwnedByAccount(related_name="appointments", verbose_name="owner", editable=False),
                )
            ],
        )
    ]
