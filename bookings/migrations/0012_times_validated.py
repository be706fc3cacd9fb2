from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0011_times_within_calendar"),
    ]

    operations = [
        ValidateConstraint(model_name="appointment", name="appointment_time_within_calendar"),
    ]
