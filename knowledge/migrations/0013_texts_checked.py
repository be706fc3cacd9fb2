from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0012_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="document", name="document_file_name_readable"),
        ValidateConstraint(model_name="document", name="document_path_is_safe"),
        ValidateConstraint(model_name="document", name="document_mime_type_readable"),
        ValidateConstraint(model_name="document", name="document_error_length"),
        ValidateConstraint(model_name="document", name="document_vector_db_id_readable"),
    ]
