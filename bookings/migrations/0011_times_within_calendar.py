import datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0010_api_lists"),
    ]

    operations = [
        run_sql(__file__, "0011_times_within_calendar"),
        AddConstraintNotValid(
            model_name="appointment",
            constraint=models.CheckConstraint(
                name="appointment_time_within_calendar",
                condition=models.Q(
                    ("scheduled_at__gte", datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)),
                    ("scheduled_at__lt", datetime.datetime(9000, 1, 1, tzinfo=datetime.UTC)),
                ),
                violation_error_message="The time of an appointment must be in the years 1900 to 8999.",
            ),
        ),
    ]
