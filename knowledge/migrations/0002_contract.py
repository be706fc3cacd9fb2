import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0002_contract"),
        ("knowledge", "0001_initial"),
    ]

    operations = [
        run_sql(__file__, "0002_functions"),
        migrations.RunSQL(
            sql="alter table public.documents drop constraint documents_business_id_fkey",
            reverse_sql="alter table public.documents add constraint documents_business_id_fkey foreign key (business_id) references public.business_v2 (id) on delete cascade",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql='ALTER TABLE "documents" ADD COLUMN "user_id" uuid NOT NULL',
                    reverse_sql='ALTER TABLE "documents" DROP COLUMN "user_id"',
                ),
            ],
            state_operations=[
                migrations.AddField(
                    model_name="document",
                    name="user",
                    field=aira.schema.models.OwnedByAccount(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The account that owns the business. The database fills it in.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="documents",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
            ],
        ),
        Grouped(
            operations=[
                migrations.AlterModelOptions(
                    name="document",
                    options={"ordering": ["-created_at", "id"]},
                ),
                migrations.RemoveIndex(
                    model_name="document",
                    name="idx_documents_business_id",
                ),
                migrations.AddField(
                    model_name="document",
                    name="attempts",
                    field=models.IntegerField(
                        db_default=1,
                        help_text="Number of the current attempt to process the document. Set by the database.",
                    ),
                ),
                migrations.AddField(
                    model_name="document",
                    name="deleted_at",
                    field=models.DateTimeField(
                        editable=False,
                        help_text="When the record was deleted, which moves it to the trash. Empty if it is not in the trash.",
                        null=True,
                        verbose_name="in the trash since",
                    ),
                ),
                migrations.AddField(
                    model_name="document",
                    name="processing_started_at",
                    field=models.DateTimeField(
                        blank=True, help_text="When the current attempt started. Set by the database.", null=True
                    ),
                ),
                migrations.AddField(
                    model_name="document",
                    name="rescues",
                    field=models.IntegerField(
                        db_default=0,
                        editable=False,
                        help_text="How often processing got stuck since staff last queued the document. Set by the database.",
                        verbose_name="times stuck",
                    ),
                ),
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
                        db_default=0,
                        help_text="Number of parts (chunks) into which the KB Updater divided the document. Set by the KB Updater.",
                        verbose_name="parts",
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="created_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record was added.",
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="file_size",
                    field=models.BigIntegerField(blank=True, help_text="Size of the file in bytes.", null=True),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="mime_type",
                    field=models.TextField(
                        blank=True,
                        help_text="Type of the file, such as application/pdf.",
                        null=True,
                        verbose_name="type of file",
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="processing_error",
                    field=models.TextField(
                        blank=True,
                        help_text="Why the document could not be processed, in words for the owner. At most 10,000 characters.",
                        null=True,
                        verbose_name="error",
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="processing_status",
                    field=aira.schema.enums.EnumField(
                        "processing_status",
                        db_default="pending",
                        help_text="How far the KB Updater has processed the document.",
                        verbose_name="status",
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="updated_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record last changed. The database sets it.",
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="vector_db_id",
                    field=models.TextField(
                        blank=True,
                        help_text="Id under which the Voice Agent finds the content of the document. Set by the KB Updater.",
                        null=True,
                        verbose_name="id for the Voice Agent",
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
                        help_text="Where the file is in the storage. For uploads, it begins with the id of the business and “/”."
                    ),
                ),
                migrations.AlterField(
                    model_name="document",
                    name="id",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        help_text="Unique id of the record, which never changes. A program that adds a record may choose it.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="document",
                    index=aira.schema.models.Index(fields=["user"], name="idx_documents_user_id"),
                ),
                migrations.AddIndex(
                    model_name="document",
                    index=aira.schema.models.Index(fields=["business", "user"], name="idx_documents_business_id"),
                ),
                migrations.AddIndex(
                    model_name="document",
                    index=aira.schema.models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at"],
                        name="idx_documents_trash",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="document",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("file_size__gte", 0)),
                        name="document_size_not_negative",
                        violation_error_message="The file size must be at least 0 bytes.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="document",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("chunk_count__gte", 0)),
                        name="document_chunks_not_negative",
                        violation_error_message="The number of parts must be at least 0.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="document",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 0)),
                        name="document_attempts_not_negative",
                        violation_error_message="The number of attempts must be at least 0.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="document",
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
                migrations.AddConstraint(
                    model_name="document",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("file_name"), 255
                            ),
                            (
                                "file_name__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="document_file_name_readable",
                        violation_error_message="The file's name must be one line of at most 255 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="document",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("file_path"), 1024
                            ),
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
                migrations.AddConstraint(
                    model_name="document",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("mime_type"), 255
                            ),
                            (
                                "mime_type__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="document_mime_type_readable",
                        violation_error_message="The MIME type must be one line of at most 255 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
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
                migrations.AddConstraint(
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
                pgtrigger.migrations.AddTrigger(
                    model_name="document",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="updated_at",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.set_updated_at()",
                            func="",
                            hash="32880663ed627f98566f02c21b7b087d7c0d42e8",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_updated_at_5fcf7",
                            table="documents",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="document",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="zz_trash",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.move_to_trash()",
                            func="",
                            hash="ef1569b889f8c98c8157fa7e438a49fbbae78aa9",
                            ignore_func_name="",
                            operation="DELETE",
                            pgid="pgtrigger_zz_trash_a200c",
                            table="documents",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="document",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="fill_owner",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.fill_owner()",
                            func="",
                            hash="77277ff3569eb62474f27efe54d37e38f10c3419",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "business_id", "deleted_at"',
                            pgid="pgtrigger_fill_owner_23eb1",
                            table="documents",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="document",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="deliver_inserted",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.deliver_documents()",
                            func="",
                            hash="7fe2020bdeadad89fe1dbbb117e469dd7c0dce95",
                            ignore_func_name="",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_deliver_inserted_19c80",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="documents",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="document",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="deliver_updated",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.deliver_documents()",
                            func="",
                            hash="54e30ccd65201c551846a27928a9deb6e273ca04",
                            ignore_func_name="",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_deliver_updated_3e188",
                            referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                            table="documents",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="document",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="deliver_deleted",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.deliver_documents()",
                            func="",
                            hash="1a3e3f6ca6a3d54d53181918cdff99bf51187a1f",
                            ignore_func_name="",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_deliver_deleted_32a33",
                            referencing="REFERENCING OLD TABLE AS old_rows ",
                            table="documents",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="document",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at', 'search')",
                            func="",
                            hash="6259aacfff5153230f227b413318f7bb4f9018a9",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_f0cac",
                            table="documents",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
        run_sql(__file__, "0002_access"),
    ]
