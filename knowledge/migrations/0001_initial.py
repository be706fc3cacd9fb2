from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models
from django.db.models.functions import Now

from aira.schema.enums import EnumField
from aira.schema.models import Index
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    initial = True
    dependencies = [("businesses", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[run_sql(__file__, "0001_initial")],
            state_operations=[
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                primary_key=True, db_default=RandomUUID(), editable=False, serialize=False
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                "businesses.Business", models.DB_CASCADE, db_constraint=False, db_index=False
                            ),
                        ),
                        ("file_name", models.TextField()),
                        ("file_path", models.TextField()),
                        ("file_size", models.BigIntegerField(null=True)),
                        ("mime_type", models.TextField(null=True)),
                        (
                            "processing_status",
                            EnumField("processing_status", db_default="pending", null=True),
                        ),
                        ("processing_error", models.TextField(null=True)),
                        ("vector_db_id", models.TextField(null=True)),
                        ("chunk_count", models.IntegerField(db_default=0, null=True)),
                        ("created_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                        ("updated_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                    ],
                    options={
                        "db_table": "documents",
                        "indexes": [
                            Index(name="idx_documents_business_id", fields=["business"]),
                            Index(name="idx_documents_processing_status", fields=["processing_status"]),
                        ],
                    },
                ),
            ],
        )
    ]
