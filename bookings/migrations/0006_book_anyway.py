"""Let the console book above the capacity. `aira/console/migrations/0004_groups.py` says who may."""

from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_search")]

    operations = [
        migrations.AlterModelOptions(
            name="appointment",
            options={
                "ordering": ["-scheduled_at", "id"],
                "permissions": [("book_off_rules", "Can book against the booking rules")],
            },
        ),
        run_sql(__file__, "0006_book_anyway"),
    ]
