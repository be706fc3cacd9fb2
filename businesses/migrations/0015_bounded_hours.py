"""Closures are read in time that grows with their number, not its square; opening hours get bounds."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0014_trash_functions"),
    ]

    operations = [
        run_sql(__file__, "0015_bounded_hours"),
        AddConstraintNotValid(
            model_name="business",
            constraint=models.CheckConstraint(
                name="business_hours_bounded",
                condition=models.Q(
                    models.Func(
                        models.F("business_hours"),
                        function="private.business_hours_bounded",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message=(
                    "The opening hours are too many: at most 1,000 intervals, special days and closures together, and 64 kB."
                ),
            ),
        ),
    ]
