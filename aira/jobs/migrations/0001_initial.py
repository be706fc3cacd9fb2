import procrastinate.contrib.django.models
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("platform", "0001_roles_and_schemas")]

    operations = [
        run_sql(__file__, "0001_initial"),
        migrations.CreateModel(
            name="ProcrastinateEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("deferred", "deferred"),
                            ("started", "started"),
                            ("deferred_for_retry", "deferred_for_retry"),
                            ("failed", "failed"),
                            ("succeeded", "succeeded"),
                            ("cancelled", "cancelled"),
                            ("abort_requested", "abort_requested"),
                            ("aborted", "aborted"),
                            ("scheduled", "scheduled"),
                        ],
                        max_length=32,
                    ),
                ),
                ("at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "procrastinate_events",
                "get_latest_by": "at",
                "managed": False,
            },
            bases=(procrastinate.contrib.django.models.ProcrastinateReadOnlyModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ProcrastinateJob",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("queue_name", models.CharField(max_length=128)),
                ("task_name", models.CharField(max_length=128)),
                ("priority", models.IntegerField()),
                ("lock", models.TextField(blank=True, null=True, unique=True)),
                ("args", models.JSONField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("todo", "todo"),
                            ("doing", "doing"),
                            ("succeeded", "succeeded"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                            ("aborted", "aborted"),
                        ],
                        max_length=32,
                    ),
                ),
                ("scheduled_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.IntegerField()),
                ("queueing_lock", models.TextField(blank=True, null=True, unique=True)),
                ("abort_requested", models.BooleanField()),
            ],
            options={
                "db_table": "procrastinate_jobs",
                "managed": False,
            },
            bases=(procrastinate.contrib.django.models.ProcrastinateReadOnlyModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ProcrastinatePeriodicDefer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("task_name", models.CharField(max_length=128)),
                ("defer_timestamp", models.BigIntegerField(blank=True, null=True)),
                ("periodic_id", models.CharField(max_length=128)),
            ],
            options={
                "db_table": "procrastinate_periodic_defers",
                "managed": False,
            },
            bases=(procrastinate.contrib.django.models.ProcrastinateReadOnlyModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ProcrastinateWorker",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("last_heartbeat", models.DateTimeField()),
            ],
            options={
                "db_table": "procrastinate_workers",
                "managed": False,
            },
            bases=(procrastinate.contrib.django.models.ProcrastinateReadOnlyModelMixin, models.Model),
        ),
    ]
