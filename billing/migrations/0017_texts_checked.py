import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import billing.models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0016_texts"),
    ]

    operations = [
        # What the models say of their fields, which becomes the comments of the columns.
        migrations.AlterField(
            model_name="ledgerentry",
            name="amount",
            field=billing.models.Money(
                decimal_places=2, help_text="What was added to the balance; negative for what was taken.", max_digits=10
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="balance_after",
            field=billing.models.Money(
                decimal_places=2, help_text="The balance of that currency after it.", max_digits=10
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="contra",
            field=models.TextField(help_text="The other side, such as stripe, number, adjustment or account_closed."),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When it was posted. It rises with seq.",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="currency",
            field=models.TextField(choices=[("USD", "USD"), ("INR", "INR")], help_text="USD or INR."),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="hash",
            field=models.BinaryField(help_text="SHA-256 over the entry and the hash of the one before it."),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                help_text="Random.",
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="kind",
            field=models.TextField(
                choices=[("opening", "Opening"), ("post", "Post"), ("refund", "Refund"), ("close", "Close")],
                help_text="opening, post, refund or close.",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="seq",
            field=models.BigIntegerField(help_text="Number of the entry in its wallet, from 1, without gaps."),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="transaction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="What was posted; empty for an opening and a closing entry.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                to="billing.transaction",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="The same: an entry never changes.",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The account that the money belonged to. It may be gone: entries stay.",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="ledger_entries",
                to="platform.account",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="wallet",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The wallet that was posted to. It may be gone: entries stay.",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                to="billing.wallet",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="amount",
            field=billing.models.Money(
                decimal_places=2, help_text="In its currency, two decimals, greater than 0.", max_digits=10
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="business_number",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The number that the charge is for.",
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="transactions",
                to="telephony.businessnumber",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="completed_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="When it was completed. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was inserted. Times are with time zone.",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="currency",
            field=models.TextField(choices=[("USD", "USD"), ("INR", "INR")], help_text="USD or INR."),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="description",
            field=models.TextField(blank=True, help_text="What it is for. At most 10,000 characters.", null=True),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="expires_at",
            field=models.DateTimeField(
                blank=True, help_text="When an uncaptured hold is released; empty for never.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="hold",
            field=models.BooleanField(db_default=False, help_text="A pending debit that reserves its amount."),
        ),
        migrations.AlterField(
            model_name="transaction",
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
            model_name="transaction",
            name="idempotency_key",
            field=models.TextField(
                blank=True, help_text="Chosen by the caller: the same key records once. Once in an account.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="metadata",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                help_text="JSON of the service that recorded it. At most 64 kB.",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="refunded_amount",
            field=billing.models.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="How much of it was given back, in its currency. Raising it refunds the difference.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="status",
            field=aira.schema.enums.EnumField(
                "transaction_status", db_default="pending", help_text="A completed one is posted to the ledger, once."
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="stripe_payment_intent_id",
            field=models.TextField(blank=True, help_text="Stripe's id of the payment. Once for each type.", null=True),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="type",
            field=aira.schema.enums.EnumField(
                "transaction_type", help_text="A credit adds to the wallet, a debit takes from it."
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was last written, set by the database whatever was sent.",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                help_text="The account whose wallet it moves.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="transactions",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="balance_inr",
            field=billing.models.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="Indian rupees, held ones included. Moved by postings alone.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="balance_usd",
            field=billing.models.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="US dollars, held ones included. Moved by postings alone.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was inserted. Times are with time zone.",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="currency",
            field=models.TextField(
                choices=[("USD", "USD"), ("INR", "INR")],
                db_default="USD",
                help_text="What new charges are made in: USD or INR.",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="held_inr",
            field=billing.models.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="Indian rupees that pending debits reserve. Set by the database.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="held_usd",
            field=billing.models.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="US dollars that pending debits reserve. Set by the database.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
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
            model_name="wallet",
            name="ledger_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Time of the newest entry of the wallet's ledger. Set by the database.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="ledger_hash",
            field=models.BinaryField(
                help_text="Hash of the newest entry of the wallet's ledger. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="ledger_seq",
            field=models.BigIntegerField(
                db_default=0,
                editable=False,
                help_text="Number of the newest entry of the wallet's ledger. Set by the database.",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was last written, set by the database whatever was sent.",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="user",
            field=models.OneToOneField(
                db_constraint=False,
                help_text="The account that the money belongs to. One wallet an account.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="wallet",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        ValidateConstraint(model_name="approvalrequest", name="approval_reason_length"),
        ValidateConstraint(model_name="approvalrequest", name="approval_key_length"),
        ValidateConstraint(model_name="refund", name="refund_reason_length"),
        ValidateConstraint(model_name="refund", name="refund_key_length"),
    ]
