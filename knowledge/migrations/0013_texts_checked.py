import django.contrib.postgres.functions
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0012_texts"),
    ]

    operations = [
        # What the models say of their fields, which becomes the comments of the columns.
        migrations.AlterField(
            model_name="document",
            name="attempts",
            field=models.IntegerField(
                db_default=1, help_text="Number of the current attempt, from 1. Set by the database."
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The business that uploaded it.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="documents",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="chunk_count",
            field=models.IntegerField(
                db_default=0, help_text="Into how many chunks it was cut. Set by the KB Updater."
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was inserted. Times are with time zone.",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="deleted_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when the row is in the trash; empty while it is alive. A DELETE sets it.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="file_name",
            field=models.TextField(help_text="As the uploader called the file. At most 255 characters, one line."),
        ),
        migrations.AlterField(
            model_name="document",
            name="file_path",
            field=models.TextField(
                help_text="Where the file is in the storage. What a user writes begins with the business's id and “/”."
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="file_size",
            field=models.BigIntegerField(blank=True, help_text="Bytes.", null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                help_text="Chosen by whoever inserts, else random. It never changes.",
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="mime_type",
            field=models.TextField(blank=True, help_text="Such as application/pdf.", null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="processed_at",
            field=models.DateTimeField(
                editable=False, help_text="When it was completed or failed. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_error",
            field=models.TextField(
                blank=True, help_text="Why it failed, in words for its owner. At most 10,000 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_started_at",
            field=models.DateTimeField(
                blank=True, help_text="When the current attempt was taken up. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_status",
            field=aira.schema.enums.EnumField(
                "processing_status", db_default="pending", help_text="What the KB Updater has done with it."
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="rescues",
            field=models.IntegerField(
                db_default=0,
                editable=False,
                help_text="How often it was stuck in processing since it was last queued by hand. Set by the database.",
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
                help_text="What full-text search looks through. Set by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was last written, set by the database whatever was sent.",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The account that the business belongs to. Set by the database when it is left out.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="documents",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="vector_db_id",
            field=models.TextField(blank=True, help_text="Where its vectors are. Set by the KB Updater.", null=True),
        ),
        ValidateConstraint(model_name="document", name="document_file_name_readable"),
        ValidateConstraint(model_name="document", name="document_path_is_safe"),
        ValidateConstraint(model_name="document", name="document_mime_type_readable"),
        ValidateConstraint(model_name="document", name="document_error_length"),
        ValidateConstraint(model_name="document", name="document_vector_db_id_readable"),
    ]
