import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0011_staff_time_zone"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="bulkrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="bulk_run_reason_length",
                violation_error_message="The reason can have at most 2,000 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="viewasuse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="view_as_reason_length",
                violation_error_message="The reason can have at most 2,000 characters.",
            ),
        ),
    ]
