import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.db.operations import run_sql


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
                        "^(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]+(?:[/?#][^\\\\[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]*)?)?$",
                    ),
                ),
                name="endpoint_url_is_web_address",
                violation_error_message="The base URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
    ]
