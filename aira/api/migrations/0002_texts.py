import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_keys"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("name"), 200),
                    (
                        "name__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="api_key_name_readable",
                violation_error_message="The name must be one line of at most 200 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("purpose"), 2000)
                ),
                name="api_key_purpose_length",
                violation_error_message="The purpose can have at most 2,000 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="idempotentanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("key"), 255)
                ),
                name="idempotent_answer_key_length",
                violation_error_message="The Idempotency-Key can have at most 255 characters.",
            ),
        ),
    ]
