from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0005_analytics"),
    ]

    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(help_text="Time at which the statement was signed.")),
                ("statement", models.TextField(help_text="The newest hashes of the ledger and the audit, as JSON.")),
                ("signature", models.TextField(help_text="Ed25519 signature of the statement.")),
                ("key", models.TextField(help_text="Public key that verifies the signature.")),
                ("sent", models.JSONField(help_text="Time at which each destination received it.")),
            ],
            options={
                "db_table": '"audit"."anchors"',
                "ordering": ["-number"],
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        run_sql(__file__, "0006_audit_seals"),
    ]
