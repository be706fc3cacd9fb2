from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0019_adjustments"),
    ]

    operations = [
        ValidateConstraint(model_name="approvalrequest", name="approval_of_known_kind"),
    ]
