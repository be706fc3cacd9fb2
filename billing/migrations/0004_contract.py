import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
import billing.models
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_ledger")]

    operations = [
        run_sql(__file__, "0004_original_checks"),
        migrations.AlterModelOptions(
            name="transaction",
            options={"ordering": ["-created_at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="wallet",
            options={"ordering": ["-created_at", "id"]},
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="idx_transactions_user_id",
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="idx_transactions_status",
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="idx_transactions_stripe_payment_intent",
        ),
        migrations.RemoveIndex(
            model_name="wallet",
            name="idx_wallets_user_id",
        ),
        migrations.AddField(
            model_name="transaction",
            name="completed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="transaction",
            name="expires_at",
            field=models.DateTimeField(blank=True, help_text="When an uncaptured hold is released", null=True),
        ),
        migrations.AddField(
            model_name="transaction",
            name="hold",
            field=models.BooleanField(db_default=False, help_text="A pending debit that reserves its amount"),
        ),
        migrations.AddField(
            model_name="transaction",
            name="idempotency_key",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="transaction",
            name="refunded_amount",
            field=billing.models.Money(db_default=0, decimal_places=2, editable=False, max_digits=10),
        ),
        migrations.AddField(
            model_name="wallet",
            name="held_inr",
            field=billing.models.Money(db_default=0, decimal_places=2, editable=False, max_digits=10),
        ),
        migrations.AddField(
            model_name="wallet",
            name="held_usd",
            field=billing.models.Money(db_default=0, decimal_places=2, editable=False, max_digits=10),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="amount",
            field=billing.models.Money(decimal_places=2, max_digits=10),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="business_number",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="transactions",
                to="telephony.businessnumber",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="currency",
            field=models.TextField(choices=[("USD", "USD"), ("INR", "INR")]),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="description",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="metadata",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="status",
            field=aira.schema.enums.EnumField("transaction_status", db_default="pending"),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="stripe_payment_intent_id",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="transactions",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="balance_inr",
            field=billing.models.Money(db_default=0, decimal_places=2, editable=False, max_digits=10),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="balance_usd",
            field=billing.models.Money(db_default=0, decimal_places=2, editable=False, max_digits=10),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="currency",
            field=models.TextField(
                choices=[("USD", "USD"), ("INR", "INR")], db_default="USD", help_text="What new charges are made in"
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="is_active",
            field=models.BooleanField(db_default=True, help_text="An inactive wallet takes credits and no debits."),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="user",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="wallet",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=aira.schema.models.Index(fields=["user", "-created_at"], name="idx_transactions_user_id"),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=aira.schema.models.Index(fields=["business_number"], name="idx_transactions_business_number_id"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="updated_at",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.set_updated_at()",
                    func="",
                    hash="935d9aed58ea62a736ef4f49e61d9f1df9fdd48c",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_updated_at_a8445",
                    table="transactions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="check_transaction",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.check_transaction()",
                    func="",
                    hash="e344ab6217afc9714e4e6149535a9f81a1d363f3",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_check_transaction_0e2c6",
                    table="transactions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="keep_posted",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.keep_posted_transaction()",
                    func="",
                    hash="192c5b8e4931a720347891fab42bf0af13fa3259",
                    ignore_func_name="",
                    operation="DELETE",
                    pgid="pgtrigger_keep_posted_8bb67",
                    table="transactions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="refuse_truncate",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.refuse_ledger_change()",
                    func="",
                    hash="0b4f7c8270b2e4ea6a9467333ee93040af06b67c",
                    ignore_func_name="",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_refuse_truncate_2c533",
                    table="transactions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="post_inserted",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.post_transactions()",
                    func="",
                    hash="92dab0a54ce3295c5a2854a69657b136fa351013",
                    ignore_func_name="",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_post_inserted_568c8",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="transactions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="post_updated",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.post_transactions()",
                    func="",
                    hash="c104117805fcc3e9343748ec26a9e239dd236fce",
                    ignore_func_name="",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_post_updated_53169",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="transactions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wallet",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="updated_at",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.set_updated_at()",
                    func="",
                    hash="2d98bf340a64ac5365620e514a89be35fa797a1d",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_updated_at_5975e",
                    table="wallets",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wallet",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="close_wallet",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.close_wallet()",
                    func="",
                    hash="154d341ef68ae9fe0fa6a81cc4295ef1431bf9b8",
                    ignore_func_name="",
                    operation="DELETE",
                    pgid="pgtrigger_close_wallet_fa8d6",
                    table="wallets",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                fields=("stripe_payment_intent_id", "type"),
                name="transaction_payment_intent_once",
                violation_error_message="This payment intent is recorded already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                fields=("user", "idempotency_key"),
                name="idempotency_key_reused",
                violation_error_message="This idempotency key was used for another transaction of the account.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    ("amount__lte", models.Value("99999999.99", billing.models.Money(decimal_places=2, max_digits=10))),
                ),
                name="transaction_amount_positive",
                violation_error_message="The amount must be a number greater than 0.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__in", ["USD", "INR"])),
                name="transaction_currency_known",
                violation_error_message="The currency must be USD or INR.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded_amount", 0),
                    models.Q(("refunded_amount__gt", 0), ("refunded_amount__lte", models.F("amount"))),
                    _connector="OR",
                ),
                name="refund_exceeds_amount",
                violation_error_message="Refunds add up to more than the amount.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("hold", False), ("type", "debit"), _connector="OR"),
                name="hold_is_debit",
                violation_error_message="Only a debit can hold money.",
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance_usd__gte", models.F("held_usd")),
                    ("held_usd__gte", 0),
                    ("balance_inr__gte", models.F("held_inr")),
                    ("held_inr__gte", 0),
                ),
                name="wallet_balance_not_negative",
                violation_error_message="The wallet does not hold enough money.",
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__in", ["USD", "INR"])),
                name="wallet_currency_known",
                violation_error_message="The currency must be USD or INR.",
            ),
        ),
        run_sql(__file__, "0004_access"),
    ]
