from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0012_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="bulkrun", name="bulk_run_reason_length"),
        ValidateConstraint(model_name="viewasuse", name="view_as_reason_length"),
    ]
