import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
import billing.models.amounts
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_refunds"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("refund", "Refund"), ("top_up", "Top-up"), ("take", "Debit adjustment")]
                    ),
                ),
                ("amount", billing.models.amounts.Money(decimal_places=2, max_digits=10)),
                ("currency", models.TextField(choices=[("USD", "USD"), ("INR", "INR")])),
                ("reason", models.TextField()),
                (
                    "requested_by",
                    models.TextField(
                        editable=False,
                        help_text="Id of the member of staff who made the request.",
                        verbose_name="id of the requester",
                    ),
                ),
                ("requested_by_name", models.TextField(editable=False, verbose_name="requested by")),
                ("approved", models.BooleanField(help_text="Empty until a second person decides.", null=True)),
                ("decided_by", models.TextField(editable=False, null=True, verbose_name="id of the decider")),
                ("decided_by_name", models.TextField(editable=False, null=True, verbose_name="decided by")),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The transaction to refund or adjust.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="approval_requests",
                        to="billing.transaction",
                    ),
                ),
                (
                    "user",
                    aira.schema.models.OwnedByAccount(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="approval_requests",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
                (
                    "idempotency_key",
                    models.TextField(
                        editable=False,
                        help_text="Text by which a repeated request is recognised as the same request.",
                        null=True,
                    ),
                ),
            ],
            options={
                "db_table": "approval_requests",
                "ordering": ["-created_at", "id"],
                "permissions": [("decide_approvalrequest", "Can approve and decline requests of others")],
                "indexes": [
                    aira.schema.models.Index(
                        condition=models.Q(("decided_at", None)),
                        fields=["created_at"],
                        name="idx_approval_requests_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None)),
                        fields=("transaction",),
                        name="approval_request_once",
                        violation_error_message="A refund of this transaction already waits for approval. Decide it first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0),
                            (
                                "amount__lte",
                                models.Value(
                                    "99999999.99", billing.models.amounts.Money(decimal_places=2, max_digits=10)
                                ),
                            ),
                        ),
                        name="approval_amount_positive",
                        violation_error_message="The amount must be greater than 0 and at most 99,999,999.99.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="second_person_required",
                        violation_error_message="You can't approve your own request.",
                    ),
                    models.UniqueConstraint(
                        fields=("idempotency_key",),
                        name="approval_request_key_once",
                        violation_error_message="This idempotency key was used for another request. Use a new key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="approval_reason_length",
                        violation_error_message="The reason can have at most 2,000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("idempotency_key"), 255
                            )
                        ),
                        name="approval_key_length",
                        violation_error_message="The idempotency key can have at most 255 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "refund"), ("transaction__isnull", False)),
                            ("kind__in", ["top_up", "take"]),
                            _connector="OR",
                        ),
                        name="approval_of_known_kind",
                    ),
                ],
            },
        ),
        run_sql(__file__, "0004_approvals"),
        Grouped(
            operations=[
                pgtrigger.migrations.AddTrigger(
                    model_name="approvalrequest",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at')",
                            func="",
                            hash="0931f25250667b30cb7428384a798c2661c65c3a",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_855fa",
                            table="approval_requests",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approvalrequest",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="check_approval",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.check_approval()",
                            func="",
                            hash="0a838601374b23806910e3b9c18f030b83336855",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_check_approval_3ef36",
                            table="approval_requests",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
