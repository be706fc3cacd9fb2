from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0012_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="business", name="business_name_readable"),
        ValidateConstraint(model_name="business", name="business_description_length"),
        ValidateConstraint(model_name="business", name="business_email_is_address"),
        ValidateConstraint(model_name="business", name="business_address_length"),
        ValidateConstraint(model_name="business", name="business_website_is_web_address"),
        ValidateConstraint(model_name="business", name="business_logo_is_web_address"),
    ]
