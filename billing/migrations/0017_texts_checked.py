from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0016_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="approvalrequest", name="approval_reason_length"),
        ValidateConstraint(model_name="approvalrequest", name="approval_key_length"),
        ValidateConstraint(model_name="refund", name="refund_reason_length"),
        ValidateConstraint(model_name="refund", name="refund_key_length"),
    ]
