import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from aira.db.operations import run_sql


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
                        "^(?:[\\u0020-\\u007e]|[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d](?:[\\u200c\\u200d]+[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d])*)*$",
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
                        "^(?:[\\u0020-\\u007e]|[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d](?:[\\u200c\\u200d]+[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d])*)*$",
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
                        "^(?:[\\u0020-\\u007e]|[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d](?:[\\u200c\\u200d]+[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d])*)*$",
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
                        "^(?:[\\u0020-\\u007e]|[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d](?:[\\u200c\\u200d]+[^\\u0020-\\u007e\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\u200c\\u200d])*)*$",
                    ),
                ),
                name="document_vector_db_id_readable",
                violation_error_message="The vector database's id must be one line of at most 255 visible characters.",
            ),
        ),
    ]
