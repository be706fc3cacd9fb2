import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0013_owner_may_be_sent"),
        ("businesses", "0012_texts"),
        ("platform", "0011_texts"),
    ]

    operations = [
        run_sql(__file__, "0014_texts"),
        AddConstraintNotValid(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("customer_name"), 200
                    ),
                    (
                        "customer_name__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="appointment_name_readable",
                violation_error_message="The customer's name must be one line of at most 200 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("customer_phone"), 40
                    ),
                    (
                        "customer_phone__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="appointment_phone_readable",
                violation_error_message="The customer's phone number must be one line of at most 40 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("customer_email"), 254
                    ),
                    (
                        "customer_email__regex",
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f\\x200c\\x200d])(?:[^@\\s]+@[^@\\s]+)?$",
                    ),
                ),
                name="appointment_email_is_address",
                violation_error_message="The customer's e-mail must be an e-mail address, such as maria@example.com.",
            ),
        ),
        AddConstraintNotValid(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("external_id"), 255
                    ),
                    (
                        "external_id__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="appointment_external_id_readable",
                violation_error_message="The external id must be one line of at most 255 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("notes"), 10000)
                ),
                name="appointment_notes_length",
                violation_error_message="The notes can have at most 10,000 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("service_type"), 200
                    ),
                    (
                        "service_type__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="appointment_service_readable",
                violation_error_message="The type of service must be one line of at most 200 visible characters.",
            ),
        ),
    ]
