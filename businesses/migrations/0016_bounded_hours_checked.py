from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0015_bounded_hours"),
    ]

    operations = [
        ValidateConstraint(model_name="business", name="business_hours_bounded"),
    ]
