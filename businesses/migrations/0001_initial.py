from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models
from django.db.models.functions import Now

from aira.schema.models import Index, OwnedByAccount
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    initial = True
    dependencies = [("platform", "0005_analytics")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[run_sql(__file__, "0001_initial")],
            state_operations=[
                migrations.CreateModel(
                    name="Business",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                primary_key=True, db_default=RandomUUID(), editable=False, serialize=False
                            ),
                        ),
                        ("user", OwnedByAccount()),
                        ("name", models.TextField()),
                        ("business_type", models.TextField()),
                        ("description", models.TextField(null=True)),
                        ("email", models.TextField(null=True)),
                        ("phone_number", models.TextField(null=True)),
                        ("address", models.TextField(null=True)),
                        ("website", models.TextField(null=True)),
                        ("logo_url", models.TextField(null=True)),
                        ("is_active", models.BooleanField(db_default=True, null=True)),
                        ("created_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                        ("updated_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                    ],
                    options={
                        "db_table": "business_v2",
                        "indexes": [
                            Index(name="idx_business_v2_user_id", fields=["user"]),
                            Index(name="idx_business_v2_business_type", fields=["business_type"]),
                        ],
                    },
                ),
            ],
        )
    ]
