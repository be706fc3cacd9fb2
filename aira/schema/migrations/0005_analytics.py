from django.db import migrations, models

from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0004_audit"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalyticsRefresh",
            fields=[
                ("view_name", models.TextField(primary_key=True, serialize=False)),
                ("refreshed_at", models.DateTimeField(help_text="Time of the figures", null=True)),
                ("duration", models.IntegerField(help_text="Milliseconds that the last refresh took", null=True)),
                ("row_count", models.BigIntegerField(null=True)),
                ("failed_at", models.DateTimeField(help_text="Time of the last failure", null=True)),
                (
                    "error",
                    models.TextField(
                        help_text="Error of the last failure. Empty once a later refresh succeeds", null=True
                    ),
                ),
            ],
            options={
                "db_table": "analytics_refreshes",
                "ordering": ["view_name"],
            },
        ),
        publish("analytics_refreshes", "private"),
        run_sql(__file__, "0005_analytics"),
    ]
