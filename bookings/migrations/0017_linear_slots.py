from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0016_whole_search"),
        ("businesses", "0015_bounded_hours"),
    ]

    operations = [run_sql(__file__, "0017_linear_slots")]
