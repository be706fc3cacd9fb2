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
                ("file", models.TextField(help_text="Name in ARCHIVE_DIR")),
                ("rows", models.BigIntegerField()),
                ("size", models.BigIntegerField(help_text="Bytes")),
                ("sha256", models.TextField(help_text="Hash of the file")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="Time at which the month was dropped",
                    ),
                ),
                (
                    "restored_at",
                    models.DateTimeField(editable=False, help_text="Time at which the month was restored", null=True),
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
                    models.DateTimeField(help_text="The backup holds all transactions committed by this time"),
                ),
                ("duration", models.DurationField()),
                ("rows", models.BigIntegerField()),
                ("size", models.BigIntegerField(help_text="Bytes")),
                ("sha256", models.TextField(help_text="Hash of the file")),
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
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("file", models.TextField(help_text="Name of the backup")),
                ("restored_in", models.DurationField(help_text="RTO: time until the restored database answered")),
                ("lost", models.DurationField(help_text="RPO: age of the backup")),
                ("rows", models.BigIntegerField(help_text="Number of restored rows")),
                (
                    "problems",
                    models.JSONField(default=list, help_text="Empty if the restored database matches the backup"),
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
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("duration", models.DurationField()),
                ("faults", models.JSONField(default=list, help_text="Empty if all data obey their rules")),
                ("looked_at", models.JSONField(default=dict, help_text="Number of objects that each part checked")),
                (
                    "not_looked_at",
                    models.JSONField(default=dict, help_text="Objects that could not be checked, and why"),
                ),
            ],
            options={
                "db_table": "integrity_runs",
                "ordering": ["-at"],
            },
        ),
        run_sql(__file__, "0002_records"),
    ]
