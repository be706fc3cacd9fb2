from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="apikey", name="api_key_name_readable"),
        ValidateConstraint(model_name="apikey", name="api_key_purpose_length"),
        ValidateConstraint(model_name="idempotentanswer", name="idempotent_answer_key_length"),
    ]
