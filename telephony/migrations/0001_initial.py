from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models
from django.db.models.functions import Now

from aira.schema.enums import EnumField
from aira.schema.models import Index, OwnedByAccount
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    initial = True
    dependencies = [("businesses", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[run_sql(__file__, "0001_initial")],
            state_operations=[
                migrations.CreateModel(
                    name="BusinessNumber",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                primary_key=True, db_default=RandomUUID(), editable=False, serialize=False
                            ),
                        ),
                        ("user", OwnedByAccount(null=True)),
                        (
                            "business",
                            models.ForeignKey(
                                "businesses.Business",
                                models.DB_SET_NULL,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                            ),
                        ),
                        ("phone_number", models.TextField(unique=True)),
                        ("display_name", models.TextField()),
                        ("country_code", models.TextField()),
                        ("number_type", EnumField("business_number_type")),
                        ("twilio_sid", models.TextField(null=True, unique=True)),
                        ("twilio_account_sid", models.TextField(null=True)),
                        ("voice_url", models.TextField(null=True)),
                        ("sms_url", models.TextField(null=True)),
                        ("status_callback_url", models.TextField(null=True)),
                        ("capabilities", models.JSONField(null=True)),
                        ("is_primary", models.BooleanField(db_default=False, null=True)),
                        ("is_active", models.BooleanField(db_default=True, null=True)),
                        ("provider", models.TextField(db_default="twilio", null=True)),
                        ("purchase_date", models.DateTimeField(null=True)),
                        ("monthly_cost", models.DecimalField(max_digits=10, decimal_places=2, null=True)),
                        (
                            "features",
                            models.JSONField(db_default=models.Value([], models.JSONField()), null=True),
                        ),
                        ("notes", models.TextField(null=True)),
                        ("created_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                        ("updated_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                    ],
                    options={
                        "db_table": "business_numbers",
                        "indexes": [
                            Index(name="idx_business_numbers_user_id", fields=["user"]),
                            Index(name="idx_business_numbers_business_id", fields=["business"]),
                            Index(name="idx_business_numbers_phone_number", fields=["phone_number"]),
                            Index(
                                name="idx_business_numbers_twilio_sid",
                                fields=["twilio_sid"],
                                condition=models.Q(twilio_sid__isnull=False),
                            ),
                            Index(
                                name="idx_business_numbers_active_business",
                                fields=["business", "is_active"],
                                condition=models.Q(business__isnull=False),
                            ),
                        ],
                    },
                ),
            ],
        )
    ]
