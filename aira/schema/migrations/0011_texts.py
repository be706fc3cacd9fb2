import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0010_stricter_text"),
    ]

    operations = [
        run_sql(__file__, "0011_texts"),
        AddConstraintNotValid(
            model_name="serviceendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("base_url"), 2048),
                    (
                        "base_url__regex",
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                    ),
                ),
                name="endpoint_url_is_web_address",
                violation_error_message="The base URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
    ]
