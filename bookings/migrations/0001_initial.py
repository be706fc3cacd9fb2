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
                    name="Appointment",
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
                        ("customer_name", models.TextField()),
                        ("customer_phone", models.TextField(null=True)),
                        ("customer_email", models.TextField(null=True)),
                        ("scheduled_at", models.DateTimeField()),
                        ("duration", models.IntegerField(db_default=60, null=True)),
                        ("status", EnumField("appointment_status", db_default="confirmed", null=True)),
                        ("source", EnumField("appointment_source", db_default="manual", null=True)),
                        ("external_id", models.TextField(null=True)),
                        ("notes", models.TextField(null=True)),
                        ("service_type", models.TextField(null=True)),
                        ("created_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                        ("updated_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                    ],
                    options={
                        "db_table": "appointments",
                        "indexes": [
                            Index(name="idx_appointments_business_id", fields=["business"]),
                            Index(name="idx_appointments_scheduled_at", fields=["scheduled_at"]),
                            Index(name="idx_appointments_customer_phone", fields=["customer_phone"]),
                            Index(name="idx_appointments_status", fields=["status"]),
                            Index(name="idx_appointments_source", fields=["source"]),
                        ],
                    },
                ),
            ],
        )
    ]
