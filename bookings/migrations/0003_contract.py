import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0002_owner"),
        ("businesses", "0003_contract"),
        ("platform", "0003_service_endpoints"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingRules",
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
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("capacity", models.IntegerField(db_default=1, help_text="Appointments at the same time")),
                ("buffer_before", models.IntegerField(db_default=0, help_text="Minutes kept free before each")),
                ("buffer_after", models.IntegerField(db_default=0, help_text="Minutes kept free after each")),
                ("min_notice", models.IntegerField(db_default=0, help_text="Minutes between booking and start")),
                (
                    "slot_step",
                    models.IntegerField(
                        blank=True,
                        help_text="Minutes between offered starts; empty means the duration asked for",
                        null=True,
                    ),
                ),
                ("max_days_ahead", models.IntegerField(db_default=365)),
            ],
            options={
                "verbose_name": "booking rules",
                "verbose_name_plural": "booking rules",
                "db_table": "booking_rules",
                "ordering": ["business__name"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="bookingrules",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="booking_rules",
                to="businesses.business",
            ),
        ),
        migrations.AddField(
            model_name="bookingrules",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="booking_rules",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        publish("booking_rules", "public"),
        migrations.AlterModelOptions(
            name="appointment",
            options={"ordering": ["-scheduled_at", "id"]},
        ),
        migrations.RemoveIndex(
            model_name="appointment",
            name="idx_appointments_business_id",
        ),
        migrations.AddField(
            model_name="appointment",
            name="deleted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="appointments",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="customer_email",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="customer_phone",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="duration",
            field=models.IntegerField(db_default=60, help_text="Minutes, 1 to 1440"),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="external_id",
            field=models.TextField(blank=True, help_text="Twilio CallSid, web booking id, …", null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="notes",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="service_type",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="source",
            field=aira.schema.enums.EnumField("appointment_source", db_default="manual"),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="status",
            field=aira.schema.enums.EnumField("appointment_status", db_default="confirmed"),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=aira.schema.models.Index(fields=["user"], name="idx_appointments_user_id"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=aira.schema.models.Index(fields=["business", "user"], name="idx_appointments_business_id"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=aira.schema.models.Index(fields=["business", "scheduled_at"], name="idx_appointments_business_time"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=aira.schema.models.Index(
                condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="idx_appointments_trash"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="updated_at",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.set_updated_at()",
                    func="",
                    hash="433a203010805ccb16b702c34bfde930870d215b",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_updated_at_386ae",
                    table="appointments",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="zz_trash",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.move_to_trash()",
                    func="",
                    hash="ae04d818f7764a3e522a2cee5c1a4c84727b9c54",
                    ignore_func_name="",
                    operation="DELETE",
                    pgid="pgtrigger_zz_trash_12346",
                    table="appointments",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="fill_owner",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.fill_owner()",
                    func="",
                    hash="41f2ed0790f241ffec35a9d9ed9e26d843337d2e",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "business_id"',
                    pgid="pgtrigger_fill_owner_c496a",
                    table="appointments",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("status", "cancelled"), _negated=True), ("deleted_at__isnull", True)),
                fields=("business", "user", "external_id"),
                name="appointment_external_id_once",
                violation_error_message="The business has an appointment with this external id already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("duration__gte", 1), ("duration__lte", 1440)),
                name="appointment_duration_in_range",
                violation_error_message="The duration must be 1 to 1440 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func("scheduled_at", function="isfinite", output_field=models.BooleanField())
                ),
                name="appointment_time_is_finite",
                violation_error_message="The time of an appointment can't be infinity.",
            ),
        ),
        migrations.AddIndex(
            model_name="bookingrules",
            index=aira.schema.models.Index(fields=["user"], name="idx_booking_rules_user_id"),
        ),
        migrations.AddConstraint(
            model_name="bookingrules",
            constraint=models.UniqueConstraint(
                fields=("business", "user"),
                name="booking_rules_once_per_business",
                violation_error_message="The business has booking rules already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gte", 1), ("capacity__lte", 1000)),
                name="booking_capacity_in_range",
                violation_error_message="The capacity must be 1 to 1000.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("buffer_after__gte", 0),
                    ("buffer_after__lte", 1440),
                    ("buffer_before__gte", 0),
                    ("buffer_before__lte", 1440),
                ),
                name="booking_buffers_in_range",
                violation_error_message="The buffers must be 0 to 1440 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_notice__gte", 0), ("min_notice__lte", 525600)),
                name="booking_notice_in_range",
                violation_error_message="The notice must be 0 to 525600 minutes (a year).",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("slot_step__gte", 1), ("slot_step__lte", 1440)),
                name="booking_step_in_range",
                violation_error_message="The step between slots must be 1 to 1440 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_days_ahead__gte", 0), ("max_days_ahead__lte", 3650)),
                name="booking_days_ahead_in_range",
                violation_error_message="Bookings can be taken 0 to 3650 days ahead.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingrules",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="updated_at",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.set_updated_at()",
                    func="",
                    hash="11436e4821f01863a1f9780a3f5f5d9e46c58cf1",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_updated_at_f1488",
                    table="booking_rules",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingrules",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="fill_owner",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.fill_owner()",
                    func="",
                    hash="f0871f1709cb77b336812c54051b6f7b59a1043c",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "business_id"',
                    pgid="pgtrigger_fill_owner_430d6",
                    table="booking_rules",
                    when="BEFORE",
                ),
            ),
        ),
        run_sql(__file__, "0003_tenancy"),
        run_sql(__file__, "0003_access"),
    ]
