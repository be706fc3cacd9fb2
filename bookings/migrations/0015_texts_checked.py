import django.contrib.postgres.functions
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0014_texts"),
    ]

    operations = [
        # What the models say of their fields, which becomes the comments of the columns.
        migrations.AlterField(
            model_name="appointment",
            name="buffer_after",
            field=models.IntegerField(
                db_default=0,
                editable=False,
                help_text="Minutes kept free after it, as the rules were when it got its place. Set by the database.",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="buffer_before",
            field=models.IntegerField(
                db_default=0,
                editable=False,
                help_text="Minutes kept free before it, as the rules were when it got its place. Set by the database.",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The business that is visited.",
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
                help_text="Start of the time that it takes up, with the buffer before it. Set by the database.",
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
                help_text="End of the time that it takes up, with the buffer after it. Set by the database.",
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was inserted. Times are with time zone.",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="customer_email",
            field=models.TextField(blank=True, help_text="The customer's e-mail. At most 254 characters.", null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="customer_name",
            field=models.TextField(help_text="The customer's name. At most 200 characters, one line."),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="customer_phone",
            field=models.TextField(
                blank=True, help_text="The customer's phone number in any spelling. At most 40 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="deleted_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when the row is in the trash; empty while it is alive. A DELETE sets it.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="duration",
            field=models.IntegerField(db_default=60, help_text="Minutes, 1 to 1440."),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="external_id",
            field=models.TextField(
                blank=True,
                help_text="Twilio CallSid, web booking id, …: a booking that is sent again finds the first one by it.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
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
            model_name="appointment",
            name="notes",
            field=models.TextField(
                blank=True, help_text="Free text. At most 10,000 characters; a cancellation adds its reason.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="scheduled_at",
            field=models.DateTimeField(help_text="Start of the appointment, with time zone."),
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
                help_text="What full-text search looks through. Set by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="service_type",
            field=models.TextField(blank=True, help_text="What was booked, in the business's words.", null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="slot_number",
            field=models.IntegerField(
                editable=False,
                help_text="Tells apart appointments at the same time; empty unless it is confirmed. Set by the database.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="source",
            field=aira.schema.enums.EnumField(
                "appointment_source", db_default="manual", help_text="How the appointment was booked."
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="status",
            field=aira.schema.enums.EnumField(
                "appointment_status", db_default="confirmed", help_text="Only confirmed appointments take up time."
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was last written, set by the database whatever was sent.",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The account that the business belongs to. Set by the database when it is left out.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="appointments",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="buffer_after",
            field=models.IntegerField(db_default=0, help_text="Minutes kept free after each, 0 to 1440."),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="buffer_before",
            field=models.IntegerField(db_default=0, help_text="Minutes kept free before each, 0 to 1440."),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="business",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The business that takes the appointments. One row a business.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="booking_rules",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="capacity",
            field=models.IntegerField(db_default=1, help_text="Appointments at the same time, 1 to 1000."),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was inserted. Times are with time zone.",
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
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
            model_name="bookingrules",
            name="max_days_ahead",
            field=models.IntegerField(db_default=365, help_text="How many days ahead can be booked, 0 to 3650."),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="min_notice",
            field=models.IntegerField(db_default=0, help_text="Minutes between booking and start, 0 to 525600."),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="slot_step",
            field=models.IntegerField(
                blank=True,
                help_text="Minutes between offered starts, 1 to 1440; empty means the duration asked for.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was last written, set by the database whatever was sent.",
            ),
        ),
        migrations.AlterField(
            model_name="bookingrules",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The account that the business belongs to. Set by the database when it is left out.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="booking_rules",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        ValidateConstraint(model_name="appointment", name="appointment_name_readable"),
        ValidateConstraint(model_name="appointment", name="appointment_phone_readable"),
        ValidateConstraint(model_name="appointment", name="appointment_email_is_address"),
        ValidateConstraint(model_name="appointment", name="appointment_external_id_readable"),
        ValidateConstraint(model_name="appointment", name="appointment_notes_length"),
        ValidateConstraint(model_name="appointment", name="appointment_service_readable"),
    ]
