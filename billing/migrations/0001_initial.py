from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models
from django.db.models.functions import Now

from aira.schema.enums import EnumField
from aira.schema.models import Index, OwnedByAccount
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    initial = True
    dependencies = [("telephony", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[run_sql(__file__, "0001_initial")],
            state_operations=[
                migrations.CreateModel(
                    name="Wallet",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                primary_key=True, db_default=RandomUUID(), editable=False, serialize=False
                            ),
                        ),
                        (
                            "user",
                            models.OneToOneField("platform.Account", models.DB_CASCADE, db_constraint=False),
                        ),
                        (
                            "balance_usd",
                            models.DecimalField(max_digits=10, decimal_places=2, db_default=0, null=True),
                        ),
                        (
                            "balance_inr",
                            models.DecimalField(max_digits=10, decimal_places=2, db_default=0, null=True),
                        ),
                        ("currency", models.TextField(db_default="USD", null=True)),
                        ("is_active", models.BooleanField(db_default=True, null=True)),
                        ("created_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                        ("updated_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                    ],
                    options={
                        "db_table": "wallets",
                        "indexes": [
                            Index(name="idx_wallets_user_id", fields=["user"]),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Transaction",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                primary_key=True, db_default=RandomUUID(), editable=False, serialize=False
                            ),
                        ),
                        ("user", OwnedByAccount()),
                        ("amount", models.DecimalField(max_digits=10, decimal_places=2)),
                        ("currency", models.TextField()),
                        ("type", EnumField("transaction_type")),
                        ("status", EnumField("transaction_status", db_default="pending", null=True)),
                        ("description", models.TextField(null=True)),
                        (
                            "metadata",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), null=True),
                        ),
                        ("stripe_payment_intent_id", models.TextField(null=True)),
                        (
                            "business_number",
                            models.ForeignKey(
                                "telephony.BusinessNumber",
                                models.DB_SET_NULL,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                        ("updated_at", models.DateTimeField(db_default=Now(), editable=False, null=True)),
                    ],
                    options={
                        "db_table": "transactions",
                        "indexes": [
                            Index(name="idx_transactions_user_id", fields=["user"]),
                            Index(name="idx_transactions_status", fields=["status"]),
                            Index(name="idx_transactions_created_at", fields=["-created_at"]),
                            Index(
                                name="idx_transactions_stripe_payment_intent",
                                fields=["stripe_payment_intent_id"],
                                condition=models.Q(stripe_payment_intent_id__isnull=False),
                            ),
                        ],
                    },
                ),
            ],
        )
    ]
