import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
import billing.models.amounts
from aira.schema.operations import Grouped, publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("telephony", "0002_contract"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        help_text="Unique id of the entry. It is random.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "seq",
                    models.BigIntegerField(
                        help_text="Number of the entry in its wallet, from 1 on, without gaps.", verbose_name="number"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("opening", "Opening balance"),
                            ("post", "Transaction"),
                            ("refund", "Refund"),
                            ("reinstate", "Posted again"),
                            ("close", "Wallet closed"),
                        ],
                        help_text="Why the balance changed: opening, post (a transaction), refund, reinstate (posted again) or close.",
                    ),
                ),
                (
                    "currency",
                    models.TextField(
                        choices=[("USD", "USD"), ("INR", "INR")], help_text="Currency of the amount: USD or INR."
                    ),
                ),
                (
                    "amount",
                    billing.models.amounts.Money(
                        decimal_places=2,
                        help_text="By how much the balance changed. Negative if money went out.",
                        max_digits=10,
                    ),
                ),
                (
                    "balance_after",
                    billing.models.amounts.Money(
                        decimal_places=2,
                        help_text="Balance in the currency of the entry after the change.",
                        max_digits=10,
                    ),
                ),
                (
                    "contra",
                    models.TextField(
                        help_text="Where the money came from or went to, such as stripe, number, adjustment or account_closed.",
                        verbose_name="other side",
                    ),
                ),
                (
                    "hash",
                    models.BinaryField(
                        help_text="SHA-256 of the entry and of the hash of the previous entry. It shows whether an entry was altered."
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the entry was written. Entries with higher numbers are later.",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="The same as the time of creation, since an entry never changes.",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The transaction that changed the balance. Empty for opening and closing entries.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="entries",
                        to="billing.transaction",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The account that owned the money. If the account is deleted, its ledger entries stay.",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ledger_entries",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
                (
                    "wallet",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The wallet whose balance changed. If the wallet is deleted, its ledger entries stay.",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="entries",
                        to="billing.wallet",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
                "db_table": "ledger_entries",
                "ordering": ["-created_at", "-seq"],
                "indexes": [
                    aira.schema.models.Index(fields=["transaction"], name="idx_ledger_entries_transaction_id"),
                    aira.schema.models.Index(
                        fields=["user", "currency", "created_at", "seq"], name="idx_ledger_entries_statement"
                    ),
                    aira.schema.models.Index(fields=["-created_at", "-seq"], name="idx_ledger_entries_created_at"),
                ],
                "constraints": [models.UniqueConstraint(fields=("wallet", "seq"), name="ledger_entry_seq_once")],
            },
        ),
        publish("ledger_entries", "public"),
        run_sql(__file__, "0002_functions"),
        migrations.RunSQL(
            sql="alter table public.wallets drop constraint wallets_check",
            reverse_sql="alter table public.wallets add constraint wallets_check check (balance_usd >= 0 and balance_inr >= 0)",
        ),
        migrations.RunSQL(
            sql="alter table public.wallets drop constraint wallets_currency_check",
            reverse_sql="alter table public.wallets add constraint wallets_currency_check check (currency in ('USD', 'INR'))",
        ),
        migrations.RunSQL(
            sql="alter table public.transactions drop constraint transactions_currency_check",
            reverse_sql="alter table public.transactions add constraint transactions_currency_check check (currency in ('USD', 'INR'))",
        ),
        Grouped(
            operations=[
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
                    field=models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the transaction was completed. Set by the database.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="transaction",
                    name="expires_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="When the hold is released, unless it was captured before. Empty: never.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="transaction",
                    name="hold",
                    field=models.BooleanField(
                        db_default=False,
                        help_text="While a debit with a hold is pending, its amount is reserved in the wallet.",
                    ),
                ),
                migrations.AddField(
                    model_name="transaction",
                    name="idempotency_key",
                    field=models.TextField(
                        blank=True,
                        help_text="Text that a service sends to have a repeated request recorded only once for an account.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="transaction",
                    name="refunded_amount",
                    field=billing.models.amounts.Money(
                        db_default=0,
                        decimal_places=2,
                        editable=False,
                        help_text="Amount refunded so far, by disputes as well. A service that raises it refunds the difference.",
                        max_digits=10,
                    ),
                ),
                migrations.AddField(
                    model_name="wallet",
                    name="held_inr",
                    field=billing.models.amounts.Money(
                        db_default=0,
                        decimal_places=2,
                        editable=False,
                        help_text="Indian rupees that pending debits reserve. Set by the database.",
                        max_digits=10,
                    ),
                ),
                migrations.AddField(
                    model_name="wallet",
                    name="held_usd",
                    field=billing.models.amounts.Money(
                        db_default=0,
                        decimal_places=2,
                        editable=False,
                        help_text="US dollars that pending debits reserve. Set by the database.",
                        max_digits=10,
                    ),
                ),
                migrations.AddField(
                    model_name="wallet",
                    name="ledger_at",
                    field=models.DateTimeField(
                        editable=False,
                        help_text="Time of the wallet's newest ledger entry. Set by the database.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="wallet",
                    name="ledger_hash",
                    field=models.BinaryField(
                        help_text="Hash of the wallet's newest ledger entry. Set by the database.", null=True
                    ),
                ),
                migrations.AddField(
                    model_name="wallet",
                    name="ledger_seq",
                    field=models.BigIntegerField(
                        db_default=0,
                        editable=False,
                        help_text="Number of the wallet's newest ledger entry. Set by the database.",
                        verbose_name="newest ledger entry",
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="amount",
                    field=billing.models.amounts.Money(
                        decimal_places=2,
                        help_text="Amount in the currency of the transaction, greater than 0, with two decimals.",
                        max_digits=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="business_number",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The phone number that the charge is for.",
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="transactions",
                        to="telephony.businessnumber",
                        verbose_name="phone number",
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="created_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record was added.",
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="currency",
                    field=models.TextField(
                        choices=[("USD", "USD"), ("INR", "INR")], help_text="Currency of the amount: USD or INR."
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="description",
                    field=models.TextField(
                        blank=True,
                        help_text="Purpose of the transaction, in words for the customer. At most 10,000 characters.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="metadata",
                    field=models.JSONField(
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        help_text="Further data from the service that recorded the transaction, as JSON. At most 64 kB.",
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="status",
                    field=aira.schema.enums.EnumField(
                        "transaction_status",
                        db_default="pending",
                        help_text="The balance changes, once, when the transaction is completed.",
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="stripe_payment_intent_id",
                    field=models.TextField(
                        blank=True,
                        help_text="Stripe's id of the payment. At most one credit and one debit can have it.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="updated_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record last changed. The database sets it.",
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="user",
                    field=aira.schema.models.OwnedByAccount(
                        db_constraint=False,
                        db_index=False,
                        help_text="The account whose wallet receives or pays the amount.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="transactions",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
                    name="balance_inr",
                    field=billing.models.amounts.Money(
                        db_default=0,
                        decimal_places=2,
                        editable=False,
                        help_text="Balance in Indian rupees, including holds. Each change of it has a ledger entry.",
                        max_digits=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
                    name="balance_usd",
                    field=billing.models.amounts.Money(
                        db_default=0,
                        decimal_places=2,
                        editable=False,
                        help_text="Balance in US dollars, including holds. Each change of it has a ledger entry.",
                        max_digits=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
                    name="created_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record was added.",
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
                    name="currency",
                    field=models.TextField(
                        choices=[("USD", "USD"), ("INR", "INR")],
                        db_default="USD",
                        help_text="Currency in which new charges are made: USD or INR.",
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
                    name="is_active",
                    field=models.BooleanField(
                        db_default=True,
                        help_text="A wallet that is not active is stopped: it takes credits, but no debits.",
                        verbose_name="active",
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
                    name="updated_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record last changed. The database sets it.",
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
                    name="user",
                    field=models.OneToOneField(
                        db_constraint=False,
                        help_text="The account that owns the money. An account has one wallet.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="wallet",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="id",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        help_text="Unique id of the record, which never changes. A program that adds a record may choose it.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                migrations.AlterField(
                    model_name="transaction",
                    name="type",
                    field=aira.schema.enums.EnumField(
                        "transaction_type", help_text="A credit adds to the wallet, a debit takes from it."
                    ),
                ),
                migrations.AlterField(
                    model_name="wallet",
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
                    model_name="transaction",
                    index=aira.schema.models.Index(fields=["user", "-created_at"], name="idx_transactions_user_id"),
                ),
                migrations.AddIndex(
                    model_name="transaction",
                    index=aira.schema.models.Index(
                        fields=["business_number"], name="idx_transactions_business_number_id"
                    ),
                ),
                migrations.AddIndex(
                    model_name="wallet",
                    index=aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_wallets_created"),
                ),
                migrations.AddConstraint(
                    model_name="transaction",
                    constraint=models.UniqueConstraint(
                        fields=("stripe_payment_intent_id", "type"),
                        name="transaction_payment_intent_once",
                        violation_error_message="This payment intent is already recorded.",
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
                    model_name="wallet",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("balance_usd__gte", models.F("held_usd")),
                            ("held_usd__gte", 0),
                            ("balance_inr__gte", models.F("held_inr")),
                            ("held_inr__gte", 0),
                        ),
                        name="wallet_balance_not_negative",
                        violation_error_message="The available balance is too low.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ledgerentry",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="append_only",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.refuse_ledger_change()",
                            func="",
                            hash="fbb3144c4bebe7a39124352bb0cb46a070f3d9fb",
                            ignore_func_name="",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_c9e1b",
                            table="ledger_entries",
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
                pgtrigger.migrations.AddTrigger(
                    model_name="transaction",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at')",
                            func="",
                            hash="c3d43b33b18663dd8284e10e4a2de4b06e41a877",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_21acc",
                            table="transactions",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="wallet",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at', 'ledger_seq', 'ledger_hash', 'ledger_at')",
                            func="",
                            hash="c7e38b865e3418e501ff075aba6c4f659b8ea431",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "user_id", "currency", "is_active" OR DELETE',
                            pgid="pgtrigger_audit_d4579",
                            table="wallets",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="wallet",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="check_wallet",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.check_wallet()",
                            func="",
                            hash="a017eae8b104eed9f74445fae65814ec0a2ba9e3",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "currency", "is_active"',
                            pgid="pgtrigger_check_wallet_5764f",
                            table="wallets",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
        run_sql(__file__, "0002_access"),
    ]
