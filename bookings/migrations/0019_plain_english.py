import django.contrib.postgres.fields.ranges
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0018_restored_places"),
        ("businesses", "0017_restored_rows"),
        ("platform", "0013_record_change"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="buffer_after",
            field=models.IntegerField(
                db_default=0,
                editable=False,
                help_text="Minutes that stay free after it, by the rules at the time of booking. Set by the database.",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="buffer_before",
            field=models.IntegerField(
                db_default=0,
                editable=False,
                help_text="Minutes that stay free before it, by the rules at the time of booking. Set by the database.",
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
            name="busy_from",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("scheduled_at"),
                    models.F("buffer_before"),
                    arg_joiner=" AT TIME ZONE 'UTC' - INTERVAL '1 minute' * ",
                    output_field=models.DateTimeField(),
                    template="((%(expressions)s) AT TIME ZONE 'UTC')",
                ),
                help_text="Start of the time that it takes up, including the buffer before it. Set by the database.",
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="busy_to",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("scheduled_at"),
                    django.db.models.expressions.CombinedExpression(
                        models.F("duration"), "+", models.F("buffer_after")
                    ),
                    arg_joiner=" AT TIME ZONE 'UTC' + INTERVAL '1 minute' * ",
                    output_field=models.DateTimeField(),
                    template="((%(expressions)s) AT TIME ZONE 'UTC')",
                ),
                help_text="End of the time that it takes up, including the buffer after it. Set by the database.",
                output_field=models.DateTimeField(),
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
                help_text="Id of the booking at its source, such as a Twilio CallSid. The same id books once.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="notes",
            field=models.TextField(
                blank=True, help_text="Notes. A cancellation adds its reason. At most 10,000 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("customer_name"),
                    models.F("customer_email"),
                    models.F("service_type"),
                    models.F("external_id"),
                    models.F("notes"),
                    function="private.appointment_search_vector",
                ),
                help_text="Words for the full-text search. Set by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="service_type",
            field=models.TextField(blank=True, help_text="Name of the booked service, such as Haircut.", null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="slot_number",
            field=models.IntegerField(
                editable=False,
                help_text="Its place among appointments at the same time, from 1. Empty unless confirmed. Set by the database.",
                null=True,
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
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The account that owns the business. If it is left out, the database sets it.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="appointments",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="buffer_after",
            field=models.IntegerField(
                db_default=0, help_text="Minutes that stay free after each appointment, 0 to 1440."
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="buffer_before",
            field=models.IntegerField(
                db_default=0, help_text="Minutes that stay free before each appointment, 0 to 1440."
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The business that the rules are for. A business has one row.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="booking_rules",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="capacity",
            field=models.IntegerField(
                db_default=1, help_text="Appointments that the business takes at the same time, 1 to 1000."
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="max_days_ahead",
            field=models.IntegerField(db_default=365, help_text="How many days ahead customers can book, 0 to 3650."),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="min_notice",
            field=models.IntegerField(
                db_default=0, help_text="Shortest time between booking and start, in minutes, 0 to 525600."
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="slot_step",
            field=models.IntegerField(
                blank=True,
                help_text="Minutes between the starts of slots, 1 to 1440. Empty means the requested duration.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The account that owns the business. If it is left out, the database sets it.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="booking_rules",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterConstraint(
            model_name="appointment",
            name="appointment_external_id_once",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("status", "cancelled"), _negated=True), ("deleted_at__isnull", True)),
                fields=("business", "user", "external_id"),
                name="appointment_external_id_once",
                violation_error_message="This external id already has an appointment at the business. Change that one.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="appointment",
            name="appointment_time_is_finite",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func("scheduled_at", function="isfinite", output_field=models.BooleanField())
                ),
                name="appointment_time_is_finite",
                violation_error_message="The time of an appointment must be a date and a time, not infinity.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="appointment",
            name="appointments_no_double_booking",
            constraint=aira.schema.models.ExclusionConstraint(
                condition=models.Q(("deleted_at__isnull", True), ("status", "confirmed")),
                expressions=[
                    ("business", "="),
                    (
                        models.Func(
                            "busy_from",
                            "busy_to",
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                    ("slot_number", "="),
                    ("user", "="),
                ],
                name="appointments_no_double_booking",
                violation_error_message="The business is fully booked at that time.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="bookingrules",
            name="booking_rules_once_per_business",
            constraint=models.UniqueConstraint(
                fields=("business", "user"),
                name="booking_rules_once_per_business",
                violation_error_message="This business already has booking rules. Change those.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="bookingrules",
            name="booking_notice_in_range",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_notice__gte", 0), ("min_notice__lte", 525600)),
                name="booking_notice_in_range",
                violation_error_message="The minimum notice must be 0 to 525600 minutes (a year).",
            ),
        ),
        migrations.AlterConstraint(
            model_name="bookingrules",
            name="booking_step_in_range",
            constraint=models.CheckConstraint(
                condition=models.Q(("slot_step__gte", 1), ("slot_step__lte", 1440)),
                name="booking_step_in_range",
                violation_error_message="The step between the starts of slots must be 1 to 1440 minutes.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="bookingrules",
            name="booking_days_ahead_in_range",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_days_ahead__gte", 0), ("max_days_ahead__lte", 3650)),
                name="booking_days_ahead_in_range",
                violation_error_message="Customers can book 0 to 3650 days ahead.",
            ),
        ),
        run_sql(__file__, "0019_plain_english"),
    ]
