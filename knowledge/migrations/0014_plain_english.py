import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0018_plain_english"),
        ("knowledge", "0013_texts_checked"),
        ("platform", "0013_record_change"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The business that the document is about.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="documents",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="chunk_count",
            field=models.IntegerField(
                db_default=0, help_text="Number of chunks of the document. Set by the KB Updater."
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="file_name",
            field=models.TextField(help_text="Name of the uploaded file. At most 255 characters, one line."),
        ),
        migrations.AlterField(
            model_name="document",
            name="file_path",
            field=models.TextField(
                help_text="Path of the file in the storage. A user's path must begin with the id of the business and “/”."
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="file_size",
            field=models.BigIntegerField(blank=True, help_text="Size in bytes.", null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="mime_type",
            field=models.TextField(blank=True, help_text="MIME type, such as application/pdf.", null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="processed_at",
            field=models.DateTimeField(
                editable=False, help_text="Time at which it was completed or failed. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_error",
            field=models.TextField(
                blank=True,
                help_text="Reason of a failure, in words for the owner. At most 10,000 characters.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_started_at",
            field=models.DateTimeField(
                blank=True, help_text="Start of the current attempt. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_status",
            field=aira.schema.enums.EnumField(
                "processing_status", db_default="pending", help_text="Status of its processing by the KB Updater."
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="rescues",
            field=models.IntegerField(
                db_default=0,
                editable=False,
                help_text="How often processing got stuck since the document was last queued by hand. Set by the database.",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("file_name"), models.F("file_path"), function="private.document_search_vector"
                ),
                help_text="Words for the full-text search. Set by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The account that owns the business. If it is left out, the database sets it.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="documents",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="vector_db_id",
            field=models.TextField(
                blank=True, help_text="Id of its vectors in the vector database. Set by the KB Updater.", null=True
            ),
        ),
        migrations.AlterConstraint(
            model_name="document",
            name="failed_document_has_error",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("processing_status", "failed"), _negated=True),
                    ("processing_error__isnull", False),
                    _connector="OR",
                ),
                name="failed_document_has_error",
                violation_error_message="A failed document needs a processing error. Give the reason of the failure.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="document",
            name="document_path_is_safe",
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
                violation_error_message="The path must have at most 1,024 visible characters, such as 2f1c…/menu.pdf. It can't have “..”, an empty part, “/” at the beginning or end, “\\”, a scheme such as “http:” or an escape such as “%2e”.",
            ),
        ),
        run_sql(__file__, "0014_plain_english"),
    ]
