import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import aira.schema.models
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0006_audit_seals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("type", models.TextField(help_text="Type of the event, such as appointment.booked.")),
                (
                    "version",
                    models.BigIntegerField(db_default=1, help_text="Version of the API whose shape the object has."),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="When it happened.",
                        verbose_name="time",
                    ),
                ),
                (
                    "position",
                    models.BigIntegerField(
                        help_text="Place in the order of all events. An event that was saved later has a greater one.",
                        null=True,
                    ),
                ),
                ("object_id", models.UUIDField(help_text="Id of the object that changed.", verbose_name="object")),
                (
                    "business_id",
                    models.UUIDField(
                        help_text="The business that the object belongs to. Empty if it has none.",
                        null=True,
                        verbose_name="business",
                    ),
                ),
                ("row", models.JSONField(help_text="The record after the change.")),
                (
                    "row_before",
                    models.JSONField(help_text="The record before the change. Empty if it is new.", null=True),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The account that owns the object.",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "db_table": "events",
                "ordering": ["-position"],
                "default_permissions": ("view",),
                "indexes": [
                    aira.schema.models.Index(
                        condition=models.Q(("position", None)), fields=["id"], name="idx_events_waiting"
                    ),
                    aira.schema.models.Index(
                        condition=models.Q(("position__isnull", False)),
                        fields=["object_id", "position"],
                        name="idx_events_object",
                    ),
                    aira.schema.models.Index(
                        condition=models.Q(("position__isnull", False), ("business_id__isnull", False)),
                        fields=["business_id", "position"],
                        name="idx_events_business",
                    ),
                    aira.schema.models.Index(
                        condition=models.Q(("position__isnull", False)),
                        fields=["type", "position"],
                        name="idx_events_type",
                    ),
                    aira.schema.models.Index(
                        condition=models.Q(("position__isnull", False)), fields=["user"], name="idx_events_user"
                    ),
                    aira.schema.models.Index(
                        condition=models.Q(("position__isnull", False)), fields=["at"], name="idx_events_at"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("position__isnull", False)),
                        fields=("position",),
                        name="event_position_once",
                    )
                ],
            },
        ),
        publish("events", "private"),
        migrations.RunSQL(
            sql="create sequence private.event_positions", reverse_sql="drop sequence private.event_positions"
        ),
        # Two rows fit into a page as they are. To compress them would cost the writer more than the space.
        migrations.RunSQL(
            sql="alter table private.events set (toast_tuple_target = 8160)",
            reverse_sql="alter table private.events reset (toast_tuple_target)",
        ),
        run_sql(__file__, "0007_events"),
    ]
