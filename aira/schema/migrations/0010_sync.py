import django.db.models.functions.datetime
from django.db import migrations, models

import aira.schema.models
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0009_subscription_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="RowChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("table_name", models.TextField(help_text="Table of the row.")),
                ("row_id", models.UUIDField(help_text="Id of the row.", verbose_name="row")),
            ],
            options={
                "db_table": "row_changes",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RowPosition",
            fields=[
                (
                    "position",
                    models.BigIntegerField(
                        help_text="Place of the row's last change.", primary_key=True, serialize=False
                    ),
                ),
                ("table_name", models.TextField(help_text="Table of the row.")),
                ("row_id", models.UUIDField(help_text="Id of the row.", verbose_name="row")),
                (
                    "at",
                    models.DateTimeField(
                        help_text="When the change got its position. It never decreases.", verbose_name="time"
                    ),
                ),
            ],
            options={
                "db_table": "row_positions",
                "default_permissions": (),
                "indexes": [
                    aira.schema.models.Index(fields=["table_name", "position"], name="idx_row_positions_table"),
                    aira.schema.models.Index(fields=["at", "position"], name="idx_row_positions_at"),
                ],
                "constraints": [models.UniqueConstraint(fields=("table_name", "row_id"), name="row_position_once")],
            },
        ),
        migrations.CreateModel(
            name="SyncState",
            fields=[
                ("id", models.BigIntegerField(db_default=1, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(db_default=0, help_text="The newest position.")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="The time of the newest position.",
                        verbose_name="time",
                    ),
                ),
                (
                    "kept_after",
                    models.BigIntegerField(
                        db_default=0,
                        help_text="Positions up to this one may be removed. A reader that is further behind starts anew.",
                    ),
                ),
                (
                    "kept_since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="All changes from this time on have a position.",
                    ),
                ),
            ],
            options={
                "db_table": "sync_state",
                "default_permissions": (),
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="sync_state_has_one_row")],
            },
        ),
        publish("row_changes", "private"),
        publish("row_positions", "private"),
        publish("sync_state", "private"),
        # The triggers follow in the migrations of the apps. Until all exist, a time begins with all rows.
        migrations.RunSQL(
            sql="insert into private.sync_state (kept_since) values (now() + interval '1 day')",
            reverse_sql=migrations.RunSQL.noop,
        ),
        run_sql(__file__, "0010_sync"),
    ]
