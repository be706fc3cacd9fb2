from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    initial = True
    # Before Django's own tables: they come into `console` with the grants that this migration sets as default.
    run_before = [("contenttypes", "0001_initial"), ("sessions", "0001_initial")]
    operations = [
        run_sql(__file__, "0001_roles_and_schemas"),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("email", models.TextField(null=True)),
                ("phone", models.TextField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("last_sign_in_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "accounts", "managed": False, "ordering": ["-created_at", "id"]},
        ),
    ]
