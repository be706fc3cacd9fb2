import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0003_contract"),
        ("knowledge", "0002_owner"),
        ("platform", "0003_service_endpoints"),
    ]

    operations = [
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
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="document",
            name="deleted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="processing_started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="documents",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="chunk_count",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name="document",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="document",
            name="file_size",
            field=models.BigIntegerField(blank=True, help_text="Bytes", null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="mime_type",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_error",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="processing_status",
            field=aira.schema.enums.EnumField("processing_status", db_default="pending"),
        ),
        migrations.AlterField(
            model_name="document",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="document",
            name="vector_db_id",
            field=models.TextField(blank=True, null=True),
        ),
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
                condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="idx_documents_trash"
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
                    hash="639c8f796b17dab055f0281466b3fcead15b21e2",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "business_id"',
                    pgid="pgtrigger_fill_owner_23eb1",
                    table="documents",
                    when="BEFORE",
                ),
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
                violation_error_message="The number of chunks must be at least 0.",
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
                violation_error_message="A failed document needs its processing error.",
            ),
        ),
        run_sql(__file__, "0003_tenancy"),
        run_sql(__file__, "0003_access"),
    ]
