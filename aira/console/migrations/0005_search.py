from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0004_analytics"),
        ("billing", "0009_analytics"),
        ("bookings", "0008_search"),
        ("businesses", "0007_search"),
        ("knowledge", "0008_search"),
        ("telephony", "0007_search"),
    ]
    operations = [run_sql(__file__, "0005_functions")]
