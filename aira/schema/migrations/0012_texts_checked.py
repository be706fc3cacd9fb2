from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0011_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="serviceendpoint", name="endpoint_url_is_web_address"),
    ]
