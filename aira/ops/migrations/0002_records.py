import django.contrib.postgres.functions
import django.db.models.functions.datetime
from django.db import migrations, models

from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0001_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Archive",
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
                ("table_name", models.TextField(verbose_name="table")),
                ("month", models.DateField()),
                ("file", models.TextField(help_text="Name of the file in the folder of archives.")),
                ("rows", models.BigIntegerField()),
                ("size", models.BigIntegerField(verbose_name="size in bytes")),
                (
                    "sha256",
                    models.TextField(help_text="Hash that shows whether the file was altered.", verbose_name="SHA-256"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the month left the database.",
                        verbose_name="archived at",
                    ),
                ),
                (
                    "restored_at",
                    models.DateTimeField(
                        editable=False, help_text="When the month was brought back into the database.", null=True
                    ),
                ),
            ],
            options={
                "db_table": "archives",
                "ordering": ["-month", "table_name"],
                "constraints": [models.UniqueConstraint(fields=("table_name", "month"), name="month_is_archived_once")],
            },
        ),
        publish("archives", "private"),
        migrations.CreateModel(
            name="Backup",
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
                ("file", models.TextField(unique=True)),
                (
                    "taken_at",
                    models.DateTimeField(help_text="The backup contains everything that was saved before this time."),
                ),
                ("duration", models.DurationField()),
                ("rows", models.BigIntegerField()),
                ("size", models.BigIntegerField(verbose_name="size in bytes")),
                (
                    "sha256",
                    models.TextField(help_text="Hash that shows whether the file was altered.", verbose_name="SHA-256"),
                ),
            ],
            options={
                "db_table": "backups",
                "ordering": ["-taken_at"],
            },
        ),
        migrations.CreateModel(
            name="RestoreDrill",
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
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="time"
                    ),
                ),
                ("file", models.TextField(help_text="Name of the backup.", verbose_name="backup")),
                ("restored_in", models.DurationField(help_text="Time until the restored database answered (RTO).")),
                (
                    "lost",
                    models.DurationField(
                        help_text="A restore at that time would have lost this much (RPO).",
                        verbose_name="age of the backup",
                    ),
                ),
                ("rows", models.BigIntegerField(help_text="Number of restored rows.")),
                (
                    "problems",
                    models.JSONField(default=list, help_text="Empty if the restored database matches the backup."),
                ),
            ],
            options={
                "db_table": "restore_drills",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="IntegrityRun",
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
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="time"
                    ),
                ),
                ("duration", models.DurationField()),
                ("faults", models.JSONField(default=list, help_text="Empty if all data obey their rules.")),
                (
                    "looked_at",
                    models.JSONField(
                        default=dict, help_text="How many objects each part of the run checked.", verbose_name="checked"
                    ),
                ),
                (
                    "not_looked_at",
                    models.JSONField(
                        default=dict,
                        help_text="Objects that could not be checked, and why.",
                        verbose_name="not checked",
                    ),
                ),
            ],
            options={
                "db_table": "integrity_runs",
                "ordering": ["-at"],
            },
        ),
        run_sql(__file__, "0002_records"),
    ]
