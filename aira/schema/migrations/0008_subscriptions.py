import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0007_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookSubscription",
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
                    "endpoint",
                    models.OneToOneField(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="subscription",
                        to="platform.serviceendpoint",
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", help_text="Program that receives the events, in words for staff."
                    ),
                ),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        help_text="Types of the events that are sent. * means every type.",
                    ),
                ),
                (
                    "personal_data",
                    models.BooleanField(
                        db_default=False, help_text="Names, phone numbers, e-mails and notes are sent unmasked."
                    ),
                ),
                (
                    "contact",
                    models.TextField(
                        blank=True,
                        help_text="E-mail address that is told when the subscription is paused because it fails.",
                        null=True,
                    ),
                ),
                (
                    "position",
                    models.BigIntegerField(
                        db_default=0,
                        editable=False,
                        help_text="Position of the last event that was passed on to the deliveries.",
                    ),
                ),
                (
                    "secret",
                    models.TextField(editable=False, help_text="The secret that signs the webhooks, encrypted."),
                ),
                (
                    "previous_secret",
                    models.TextField(editable=False, help_text="The secret before the rotation, encrypted.", null=True),
                ),
                (
                    "previous_until",
                    models.DateTimeField(
                        editable=False,
                        help_text="Until then, both secrets sign.",
                        null=True,
                        verbose_name="previous secret used until",
                    ),
                ),
                ("made_by", models.TextField(editable=False, help_text="Who made the subscription.")),
                (
                    "told_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="When the contact was told that the subscription is paused.",
                        null=True,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "db_table": "webhook_subscriptions",
                "ordering": ["-created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("description"), 2000
                            )
                        ),
                        name="subscription_description_length",
                        violation_error_message="The description can have at most 2,000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("contact"), 254
                            ),
                            (
                                "contact__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f\\x200c\\x200d])(?:[^@\\s]+@[^@\\s]+)?$",
                            ),
                        ),
                        name="subscription_contact_is_address",
                        violation_error_message="The contact must be an e-mail address, such as maria@example.com.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Func(
                                models.F("types"),
                                output_field=models.BooleanField(),
                                template="(cardinality(%(expressions)s) > 0)",
                            )
                        ),
                        name="subscription_has_types",
                        violation_error_message="Give the subscription at least one type of events, or * for all.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("previous_secret", None), ("previous_until", None)),
                            models.Q(("previous_secret__isnull", False), ("previous_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="subscription_overlap_whole",
                    ),
                ],
            },
        ),
        publish("webhook_subscriptions", "private"),
        migrations.RunSQL(
            # The table is new, and the other has a row for each service.
            sql="-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint\n"
            "alter table private.webhook_subscriptions add constraint webhook_subscriptions_endpoint_id_fkey"
            " foreign key (endpoint_id) references private.service_endpoints (name) on delete cascade",
            reverse_sql="alter table private.webhook_subscriptions drop constraint webhook_subscriptions_endpoint_id_fkey",
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="event",
            field=models.TextField(
                help_text="INSERT: the service processes the document. DELETE: the service forgets it. Or the type of an event."
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    # Only tests of subscriptions have no owner.
                    sql="-- squawk-ignore ban-drop-not-null\n"
                    "alter table private.webhook_deliveries alter column user_id drop not null",
                    reverse_sql="alter table private.webhook_deliveries alter column user_id set not null",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="webhookdelivery",
                    name="user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhooksubscription",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="updated_at",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.set_updated_at()",
                    func="",
                    hash="24736805bae1908314edebd462a5f342ae34d588",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "description", "types", "personal_data", "contact", "secret"',
                    pgid="pgtrigger_updated_at_83340",
                    table="webhook_subscriptions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhooksubscription",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="audit",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.record_change('updated_at', 'position', 'secret', 'previous_secret', 'told_at')",
                    func="",
                    hash="ef7acd17ad8a2c7674f9ba7bca1f6442190b2112",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audit_bf90a",
                    table="webhook_subscriptions",
                    when="AFTER",
                ),
            ),
        ),
        run_sql(__file__, "0008_subscriptions"),
    ]
