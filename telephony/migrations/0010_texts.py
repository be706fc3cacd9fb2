import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0012_texts"),
        ("platform", "0011_texts"),
        ("telephony", "0009_owner_may_be_sent"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("display_name"), 200
                    ),
                    (
                        "display_name__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="number_display_name_readable",
                violation_error_message="The display name must be one line of at most 200 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("country_code"), 10
                    ),
                    (
                        "country_code__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="number_country_code_readable",
                violation_error_message="The country code must be one line of at most 10 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("twilio_sid"), 255),
                    ("twilio_sid__regex", "^(?:[A-Za-z0-9][A-Za-z0-9_:.-]*)?$"),
                ),
                name="number_twilio_sid_is_id",
                violation_error_message="The Twilio sid must be at most 255 letters, digits, “_”, “-”, “.” or “:”, beginning with a letter or digit.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("twilio_account_sid"), 255
                    ),
                    ("twilio_account_sid__regex", "^(?:[A-Za-z0-9][A-Za-z0-9_:.-]*)?$"),
                ),
                name="number_twilio_account_sid_is_id",
                violation_error_message="The Twilio account sid must be at most 255 letters, digits, “_”, “-”, “.” or “:”, beginning with a letter or digit.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("voice_url"), 2048),
                    (
                        "voice_url__regex",
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                    ),
                ),
                name="number_voice_url_is_web_address",
                violation_error_message="The voice URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("sms_url"), 2048),
                    (
                        "sms_url__regex",
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                    ),
                ),
                name="number_sms_url_is_web_address",
                violation_error_message="The SMS URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("status_callback_url"), 2048
                    ),
                    (
                        "status_callback_url__regex",
                        "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                    ),
                ),
                name="number_status_url_is_web_address",
                violation_error_message="The status callback URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("provider"), 200),
                    (
                        "provider__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="number_provider_readable",
                violation_error_message="The provider must be one line of at most 200 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        models.Func(
                            django.db.models.functions.comparison.Cast(models.F("features"), models.TextField()),
                            function="octet_length",
                        ),
                        65536,
                    )
                ),
                name="number_features_size",
                violation_error_message="The features can have at most 64 kB.",
            ),
        ),
        AddConstraintNotValid(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("notes"), 10000)
                ),
                name="number_notes_length",
                violation_error_message="The notes can have at most 10,000 characters.",
            ),
        ),
    ]
