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
                        "^(?:[\\u0020-\\u007e]|[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d](?:[\\u200c\\u200d]+[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d])*)*$",
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
