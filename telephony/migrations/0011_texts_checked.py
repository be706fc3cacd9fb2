from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("telephony", "0010_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="businessnumber", name="number_display_name_readable"),
        ValidateConstraint(model_name="businessnumber", name="number_country_code_readable"),
        ValidateConstraint(model_name="businessnumber", name="number_twilio_sid_is_id"),
        ValidateConstraint(model_name="businessnumber", name="number_twilio_account_sid_is_id"),
        ValidateConstraint(model_name="businessnumber", name="number_voice_url_is_web_address"),
        ValidateConstraint(model_name="businessnumber", name="number_sms_url_is_web_address"),
        ValidateConstraint(model_name="businessnumber", name="number_status_url_is_web_address"),
        ValidateConstraint(model_name="businessnumber", name="number_provider_readable"),
        ValidateConstraint(model_name="businessnumber", name="number_features_size"),
        ValidateConstraint(model_name="businessnumber", name="number_notes_length"),
    ]
