import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.db.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0011_owner_may_be_sent"),
        ("platform", "0011_texts"),
    ]

    operations = [
        run_sql(__file__, "0012_texts"),
        AddConstraintNotValid(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("name"), 200),
                    (
                        "name__regex",
                        "^(?:[\\u0020-\\u007e]|[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d](?:[\\u200c\\u200d]+[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d])*)*$",
                    ),
                ),
                name="business_name_readable",
                violation_error_message="The name must be one line of at most 200 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("description"), 10000
                    )
                ),
                name="business_description_length",
                violation_error_message="The description can have at most 10,000 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("email"), 254),
                    (
                        "email__regex",
                        "^(?:[^@[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]+@[^@[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]+)?$",
                    ),
                ),
                name="business_email_is_address",
                violation_error_message="The e-mail must be an e-mail address, such as maria@example.com.",
            ),
        ),
        AddConstraintNotValid(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("address"), 500)
                ),
                name="business_address_length",
                violation_error_message="The address can have at most 500 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("website"), 2048),
                    (
                        "website__regex",
                        "^(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]+(?:[/?#][^\\\\[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]*)?)?$",
                    ),
                ),
                name="business_website_is_web_address",
                violation_error_message="The website must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
        AddConstraintNotValid(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("logo_url"), 2048),
                    (
                        "logo_url__regex",
                        "^(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]+(?:[/?#][^\\\\[:space:]\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]*)?)?$",
                    ),
                ),
                name="business_logo_is_web_address",
                violation_error_message="The logo must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
    ]
