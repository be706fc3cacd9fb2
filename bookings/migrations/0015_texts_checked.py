from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0014_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="appointment", name="appointment_name_readable"),
        ValidateConstraint(model_name="appointment", name="appointment_phone_readable"),
        ValidateConstraint(model_name="appointment", name="appointment_email_is_address"),
        ValidateConstraint(model_name="appointment", name="appointment_external_id_readable"),
        ValidateConstraint(model_name="appointment", name="appointment_notes_length"),
        ValidateConstraint(model_name="appointment", name="appointment_service_readable"),
    ]
