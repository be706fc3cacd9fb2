import django.contrib.postgres.fields.ranges
import django.db.models.expressions
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0002_contract"),
    ]

    operations = [
        run_sql(__file__, "0003_functions"),
        Grouped(
            operations=[
                migrations.AddField(
                    model_name="appointment",
                    name="buffer_after",
                    field=models.IntegerField(
                        db_default=0,
                        editable=False,
                        help_text="Minutes that stay free after the appointment. The database copies them from the booking rules.",
                    ),
                ),
                migrations.AddField(
                    model_name="appointment",
                    name="buffer_before",
                    field=models.IntegerField(
                        db_default=0,
                        editable=False,
                        help_text="Minutes that stay free before the appointment. The database copies them from the booking rules.",
                    ),
                ),
                migrations.AddField(
                    model_name="appointment",
                    name="slot_number",
                    field=models.IntegerField(
                        editable=False,
                        help_text="Place among the appointments of the same time, from 1 on. Only confirmed appointments have one. Set by the database.",
                        null=True,
                    ),
                ),
                migrations.AddField(
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
                        help_text="Start of the time that the appointment takes up, with the buffer before it. Set by the database.",
                        output_field=models.DateTimeField(),
                    ),
                ),
                migrations.AddField(
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
                        help_text="End of the time that the appointment takes up, with the buffer after it. Set by the database.",
                        output_field=models.DateTimeField(),
                    ),
                ),
            ],
        ),
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="appointment",
                    index=aira.schema.models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("status", "confirmed")),
                        fields=["business", "busy_from"],
                        include=("busy_to", "slot_number", "id"),
                        name="idx_appointments_busy",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="appointment",
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
                pgtrigger.migrations.AddTrigger(
                    model_name="appointment",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="place_appointment",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.place_appointment()",
                            func="",
                            hash="4066b98557142089d83c459961f8c5cb5bf1c3f3",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "scheduled_at", "duration", "business_id", "status", "deleted_at", "buffer_before", "buffer_after", "slot_number"',
                            pgid="pgtrigger_place_appointment_7afb0",
                            table="appointments",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
