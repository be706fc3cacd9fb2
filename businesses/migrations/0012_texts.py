import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.schema.operations import run_sql


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
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
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
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f\\x200c\\x200d])(?:[^@\\s]+@[^@\\s]+)?$",
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
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
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
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                    ),
                ),
                name="business_logo_is_web_address",
                violation_error_message="The logo must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
    ]
