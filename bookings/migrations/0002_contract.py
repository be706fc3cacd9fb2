import datetime

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import Grouped, publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0001_initial"),
        ("businesses", "0002_contract"),
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
                        help_text="Unique id of the record, which never changes. A program that adds a record may choose it.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record was added.",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record last changed. The database sets it.",
                    ),
                ),
                (
                    "capacity",
                    models.IntegerField(
                        db_default=1, help_text="How many appointments the business takes at the same time, 1 to 1000."
                    ),
                ),
                (
                    "buffer_before",
                    models.IntegerField(
                        db_default=0,
                        help_text="Minutes that stay free before each appointment, 0 to 1440.",
                        verbose_name="buffer before (minutes)",
                    ),
                ),
                (
                    "buffer_after",
                    models.IntegerField(
                        db_default=0,
                        help_text="Minutes that stay free after each appointment, 0 to 1440.",
                        verbose_name="buffer after (minutes)",
                    ),
                ),
                (
                    "min_notice",
                    models.IntegerField(
                        db_default=0,
                        help_text="Customers must book at least this many minutes before the start, 0 to 525600.",
                        verbose_name="minimum notice (minutes)",
                    ),
                ),
                (
                    "slot_step",
                    models.IntegerField(
                        blank=True,
                        help_text="Minutes from the start of one free time to the next, 1 to 1440. Empty: the duration that is booked.",
                        null=True,
                        verbose_name="minutes between free times",
                    ),
                ),
                (
                    "max_days_ahead",
                    models.IntegerField(
                        db_default=365,
                        help_text="How many days ahead customers can book, 0 to 3650.",
                        verbose_name="reach (days ahead)",
                    ),
                ),
                (
                    "business",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The business that the rules are for. Each business has one set of rules.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="booking_rules",
                        to="businesses.business",
                    ),
                ),
                (
                    "user",
                    aira.schema.models.OwnedByAccount(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The account that owns the business. The database fills it in.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="booking_rules",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "booking rules",
                "verbose_name_plural": "booking rules",
                "db_table": "booking_rules",
                "ordering": ["business__name"],
                "abstract": False,
                "indexes": [
                    aira.schema.models.Index(fields=["user"], name="idx_booking_rules_user_id"),
                    aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_booking_rules_created"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("business", "user"),
                        name="booking_rules_once_per_business",
                        violation_error_message="This business already has booking rules. Change those.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1), ("capacity__lte", 1000)),
                        name="booking_capacity_in_range",
                        violation_error_message="The capacity must be 1 to 1000.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("buffer_after__gte", 0),
                            ("buffer_after__lte", 1440),
                            ("buffer_before__gte", 0),
                            ("buffer_before__lte", 1440),
                        ),
                        name="booking_buffers_in_range",
                        violation_error_message="The buffers must be 0 to 1440 minutes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("min_notice__gte", 0), ("min_notice__lte", 525600)),
                        name="booking_notice_in_range",
                        violation_error_message="The minimum notice must be 0 to 525600 minutes (a year).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot_step__gte", 1), ("slot_step__lte", 1440)),
                        name="booking_step_in_range",
                        violation_error_message="The step between the starts of slots must be 1 to 1440 minutes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_days_ahead__gte", 0), ("max_days_ahead__lte", 3650)),
                        name="booking_days_ahead_in_range",
                        violation_error_message="Customers can book 0 to 3650 days ahead.",
                    ),
                ],
            },
        ),
        publish("booking_rules", "public"),
        migrations.RunSQL(
            sql="alter table public.appointments drop constraint appointments_business_id_fkey",
            reverse_sql="alter table public.appointments add constraint appointments_business_id_fkey foreign key (business_id) references public.business_v2 (id) on delete cascade",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql='ALTER TABLE "appointments" ADD COLUMN "user_id" uuid NOT NULL',
                    reverse_sql='ALTER TABLE "appointments" DROP COLUMN "user_id"',
                ),
            ],
            state_operations=[
                migrations.AddField(
                    model_name="appointment",
                    name="user",
                    field=aira.schema.models.OwnedByAccount(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        help_text="The account that owns the business. The database fills it in.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="appointments",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
            ],
        ),
        Grouped(
            operations=[
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
                    field=models.DateTimeField(
                        editable=False,
                        help_text="When the record was deleted, which moves it to the trash. Empty if it is not in the trash.",
                        null=True,
                        verbose_name="in the trash since",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="business",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The business that the customer visits.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="appointments",
                        to="businesses.business",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="created_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record was added.",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="customer_email",
                    field=models.TextField(
                        blank=True,
                        help_text="The customer's e-mail address. At most 254 characters.",
                        null=True,
                        verbose_name="customer e-mail",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="customer_phone",
                    field=models.TextField(
                        blank=True,
                        help_text="The customer's phone number in any spelling. At most 40 characters.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="duration",
                    field=models.IntegerField(db_default=60, help_text="Duration in minutes, 1 to 1440."),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="external_id",
                    field=models.TextField(
                        blank=True,
                        help_text="Id that the source gave the appointment, such as the id of the call (Twilio CallSid). Each id makes one appointment.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="notes",
                    field=models.TextField(
                        blank=True,
                        help_text="Notes that the business can read. A cancellation adds its reason. At most 10,000 characters.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="service_type",
                    field=models.TextField(
                        blank=True,
                        help_text="The service that is booked, such as Haircut.",
                        null=True,
                        verbose_name="service",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="source",
                    field=aira.schema.enums.EnumField(
                        "appointment_source",
                        db_default="manual",
                        help_text="The channel through which the appointment was made.",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="status",
                    field=aira.schema.enums.EnumField(
                        "appointment_status",
                        db_default="confirmed",
                        help_text="Only confirmed appointments take up time.",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="updated_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record last changed. The database sets it.",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="customer_name",
                    field=models.TextField(help_text="The customer's name. At most 200 characters, one line."),
                ),
                migrations.AlterField(
                    model_name="appointment",
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
                    model_name="appointment",
                    name="scheduled_at",
                    field=models.DateTimeField(help_text="When the appointment starts.", verbose_name="start"),
                ),
            ],
        ),
        Grouped(
            operations=[
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
                    index=aira.schema.models.Index(
                        fields=["business", "scheduled_at"], name="idx_appointments_business_time"
                    ),
                ),
                migrations.AddIndex(
                    model_name="appointment",
                    index=aira.schema.models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at"],
                        name="idx_appointments_trash",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("status", "cancelled"), _negated=True), ("deleted_at__isnull", True)
                        ),
                        fields=("business", "user", "external_id"),
                        name="appointment_external_id_once",
                        violation_error_message="This external id already has an appointment at the business. Change that one.",
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
                        violation_error_message="The time of an appointment must be a date and a time, not infinity.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("scheduled_at__gte", datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                            ("scheduled_at__lt", datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                        ),
                        name="appointment_time_within_calendar",
                        violation_error_message="The time of an appointment must be in the years 1900 to 8999.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("customer_name"), 200
                            ),
                            (
                                "customer_name__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="appointment_name_readable",
                        violation_error_message="The customer's name must be one line of at most 200 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("customer_phone"), 40
                            ),
                            (
                                "customer_phone__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="appointment_phone_readable",
                        violation_error_message="The customer's phone number must be one line of at most 40 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("customer_email"), 254
                            ),
                            (
                                "customer_email__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f\\x200c\\x200d])(?:[^@\\s]+@[^@\\s]+)?$",
                            ),
                        ),
                        name="appointment_email_is_address",
                        violation_error_message="The customer's e-mail must be an e-mail address, such as maria@example.com.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("external_id"), 255
                            ),
                            (
                                "external_id__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="appointment_external_id_readable",
                        violation_error_message="The external id must be one line of at most 255 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("notes"), 10000
                            )
                        ),
                        name="appointment_notes_length",
                        violation_error_message="The notes can have at most 10,000 characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("service_type"), 200
                            ),
                            (
                                "service_type__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="appointment_service_readable",
                        violation_error_message="The type of service must be one line of at most 200 visible characters.",
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
                pgtrigger.migrations.AddTrigger(
                    model_name="appointment",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="fill_owner",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.fill_owner()",
                            func="",
                            hash="91c2da9bf0ff51f070c5b19e961c91e6aa6820eb",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "business_id", "deleted_at"',
                            pgid="pgtrigger_fill_owner_c496a",
                            table="appointments",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appointment",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at', 'search', 'slot_number', 'busy_from', 'busy_to')",
                            func="",
                            hash="85327f826e90922d5f9658db69d94929417a4d7d",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_6a7ba",
                            table="appointments",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bookingrules",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at')",
                            func="",
                            hash="5eba61c9c61c009559ac098e2e5b7430ae395788",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_3a7b1",
                            table="booking_rules",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appointment",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="keep_id",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.keep_id()",
                            func="",
                            hash="9d0b4710e5ab5b08c799f9e2f2db60f33950aea8",
                            ignore_func_name="",
                            operation='UPDATE OF "id"',
                            pgid="pgtrigger_keep_id_eaf88",
                            table="appointments",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bookingrules",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="keep_id",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.keep_id()",
                            func="",
                            hash="07761df317b342d4123c9e9f2c2db500f7fc5393",
                            ignore_func_name="",
                            operation='UPDATE OF "id"',
                            pgid="pgtrigger_keep_id_990cf",
                            table="booking_rules",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
        run_sql(__file__, "0002_access"),
    ]
