import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0012_texts"),
        ("knowledge", "0011_owner_may_be_sent"),
        ("platform", "0011_texts"),
    ]

    operations = [
        run_sql(__file__, "0012_texts"),
        AddConstraintNotValid(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("file_name"), 255),
                    (
                        "file_name__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="document_file_name_readable",
                violation_error_message="The file's name must be one line of at most 255 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("file_path"), 1024),
                    (
                        "file_path__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                    models.Q(
                        (
                            "file_path__regex",
                            "(?:^|/)(?:\\.{1,2})?(?:/|$)|^[A-Za-z][A-Za-z0-9+.-]*:|\\\\|%(?:00|2[eEfF]|5[cC])",
                        ),
                        _negated=True,
                    ),
                ),
                name="document_path_is_safe",
                violation_error_message="The path must be at most 1,024 visible characters, such as 2f1c…/menu.pdf: no “..”, no empty part, no “/” at its beginning or end, no “\\”, no scheme such as “http:”, no escape such as “%2e”.",
            ),
        ),
        AddConstraintNotValid(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("mime_type"), 255),
                    (
                        "mime_type__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="document_mime_type_readable",
                violation_error_message="The MIME type must be one line of at most 255 visible characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("processing_error"), 10000
                    )
                ),
                name="document_error_length",
                violation_error_message="The processing error can have at most 10,000 characters.",
            ),
        ),
        AddConstraintNotValid(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("vector_db_id"), 255
                    ),
                    (
                        "vector_db_id__regex",
                        "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                    ),
                ),
                name="document_vector_db_id_readable",
                violation_error_message="The vector database's id must be one line of at most 255 visible characters.",
            ),
        ),
    ]
