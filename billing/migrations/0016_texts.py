import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0015_money_rules"),
        ("platform", "0011_texts"),
    ]

    operations = [
        run_sql(__file__, "0016_texts"),
        AddConstraintNotValid(
            model_name="approvalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="approval_reason_length",
                violation_error_message="The reason can have at most 2,000 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="approvalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("idempotency_key"), 255
                    )
                ),
                name="approval_key_length",
                violation_error_message="The idempotency key can have at most 255 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 10000)
                ),
                name="refund_reason_length",
                violation_error_message="The reason can have at most 10,000 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("idempotency_key"), 255
                    )
                ),
                name="refund_key_length",
                violation_error_message="The idempotency key can have at most 255 characters.",
            ),
        ),
    ]
