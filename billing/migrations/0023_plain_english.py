import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import billing.models.ledger
import billing.models.payments
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0022_posting_costs"),
        ("platform", "0013_record_change"),
        ("telephony", "0011_texts_checked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="approvalrequest",
            name="approved",
            field=models.BooleanField(help_text="Empty while the request is open", null=True),
        ),
        migrations.AlterField(
            model_name="approvalrequest",
            name="idempotency_key",
            field=models.TextField(
                editable=False, help_text="A repeated request with the same key is the same request", null=True
            ),
        ),
        migrations.AlterField(
            model_name="approvalrequest",
            name="kind",
            field=models.TextField(choices=[("refund", "Refund"), ("top_up", "Top-up"), ("take", "Debit adjustment")]),
        ),
        migrations.AlterField(
            model_name="approvalrequest",
            name="requested_by",
            field=models.TextField(editable=False, help_text="Id of the member of staff who made the request"),
        ),
        migrations.AlterField(
            model_name="approvalrequest",
            name="transaction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The transaction to refund or adjust",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="approval_requests",
                to="billing.transaction",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="amount",
            field=billing.models.ledger.Money(
                decimal_places=2, help_text="Change of the balance. Negative if money was taken.", max_digits=10
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="balance_after",
            field=billing.models.ledger.Money(
                decimal_places=2, help_text="Balance in that currency after the change.", max_digits=10
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="contra",
            field=models.TextField(
                help_text="The other side of the entry, such as stripe, number, adjustment or account_closed."
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="Time of the posting. It rises with seq.",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="hash",
            field=models.BinaryField(help_text="SHA-256 over the entry and the hash of the previous one."),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                help_text="Random id.",
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="transaction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The transaction that was posted. Empty for opening and closing entries.",
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
                help_text="Equal to created_at: an entry never changes.",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The account that owned the money. It may have been deleted: entries stay.",
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
                help_text="The wallet whose balance changed. It may have been deleted: entries stay.",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                to="billing.wallet",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="gone_amount",
            field=billing.models.payments.ReportedAmount(
                db_default=0, help_text="Amount refunded or owed when the ledger was last changed"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="id",
            field=models.TextField(
                editable=False,
                help_text="Stripe's payment intent, or the id of a transaction without one",
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="lost_amount",
            field=billing.models.payments.ReportedAmount(
                db_default=0, help_text="Refunds and disputes above the payment: a loss of AiRa"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="problem",
            field=models.TextField(help_text="Why the ledger does not agree with the reports", null=True),
        ),
        migrations.AlterField(
            model_name="payment",
            name="requested_amount",
            field=billing.models.payments.ReportedAmount(
                db_default=0, help_text="Refunds that AiRa requested and the provider may confirm"
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), help_text="Beginning of this state"
            ),
        ),
        migrations.AlterField(
            model_name="paymentfact",
            name="currency",
            field=models.TextField(help_text="Empty means the currency of the payment", null=True),
        ),
        migrations.AlterField(
            model_name="paymentfact",
            name="occurred_at",
            field=models.DateTimeField(help_text="Time of the report, by the provider's clock", null=True),
        ),
        migrations.AlterField(
            model_name="stripeevent",
            name="payment_id",
            field=models.TextField(editable=False, help_text="The payment intent, if the event names one", null=True),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="amount",
            field=billing.models.ledger.Money(
                decimal_places=2, help_text="Amount in its currency, greater than 0, with two decimals.", max_digits=10
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
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="completed_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="Time at which it was completed. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="description",
            field=models.TextField(
                blank=True, help_text="Description for the customer. At most 10,000 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="disputed_amount",
            field=billing.models.ledger.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="Part of a payment that open and lost disputes claim, in its currency. Set by the database.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="expires_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Time at which a hold is released unless it was captured. Empty means never.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="hold",
            field=models.BooleanField(
                db_default=False, help_text="True for a debit that reserves its amount while it is pending."
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="idempotency_key",
            field=models.TextField(
                blank=True,
                help_text="Chosen by the caller. A repeated request with the same key records once in an account.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="metadata",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                help_text="JSON data of the service that recorded it. At most 64 kB.",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="refunded_amount",
            field=billing.models.ledger.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="Amount that went back by refunds and disputes, in its currency. Raising it refunds the difference.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="status",
            field=aira.schema.enums.EnumField(
                "transaction_status",
                db_default="pending",
                help_text="A completed transaction is posted to the ledger once.",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="stripe_payment_intent_id",
            field=models.TextField(
                blank=True, help_text="Stripe's id of the payment. Each type has it once.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                help_text="The account whose wallet it credits or debits.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="transactions",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="balance_inr",
            field=billing.models.ledger.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="Balance in Indian rupees, including holds. Only postings change it.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="balance_usd",
            field=billing.models.ledger.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="Balance in US dollars, including holds. Only postings change it.",
                max_digits=10,
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="currency",
            field=models.TextField(
                choices=[("USD", "USD"), ("INR", "INR")],
                db_default="USD",
                help_text="Currency of new charges: USD or INR.",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="is_active",
            field=models.BooleanField(db_default=True, help_text="An inactive wallet takes credits, but no debits."),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="ledger_at",
            field=models.DateTimeField(
                editable=False, help_text="Time of the wallet's newest ledger entry. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="ledger_hash",
            field=models.BinaryField(
                help_text="Hash of the wallet's newest ledger entry. Set by the database.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="ledger_seq",
            field=models.BigIntegerField(
                db_default=0,
                editable=False,
                help_text="Number of the wallet's newest ledger entry. Set by the database.",
            ),
        ),
        migrations.AlterField(
            model_name="wallet",
            name="stopped_by_provider",
            field=models.BooleanField(
                db_default=False,
                editable=False,
                help_text="True if it was stopped because the provider took back more than it has. Set by the database.",
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
        migrations.AlterConstraint(
            model_name="approvalrequest",
            name="approval_request_once",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None)),
                fields=("transaction",),
                name="approval_request_once",
                violation_error_message="A refund of this transaction already waits for approval. Decide it first.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="approvalrequest",
            name="approval_amount_positive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    (
                        "amount__lte",
                        models.Value("99999999.99", billing.models.ledger.Money(decimal_places=2, max_digits=10)),
                    ),
                ),
                name="approval_amount_positive",
                violation_error_message="The amount must be greater than 0 and at most 99,999,999.99.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="approvalrequest",
            name="second_person_required",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="second_person_required",
                violation_error_message="You can't approve your own request.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="approvalrequest",
            name="approval_request_key_once",
            constraint=models.UniqueConstraint(
                fields=("idempotency_key",),
                name="approval_request_key_once",
                violation_error_message="This idempotency key was used for another request. Use a new key.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="transaction",
            name="transaction_payment_intent_once",
            constraint=models.UniqueConstraint(
                fields=("stripe_payment_intent_id", "type"),
                name="transaction_payment_intent_once",
                violation_error_message="This payment intent is already recorded.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="wallet",
            name="wallet_balance_not_negative",
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
        run_sql(__file__, "0023_plain_english"),
    ]
