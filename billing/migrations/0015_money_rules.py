from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0014_posting_of_many"),
    ]

    operations = [
        migrations.AddField(
            model_name="approvalrequest",
            name="idempotency_key",
            field=models.TextField(editable=False, help_text="Asked for again, it is the same request", null=True),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    model_name="approvalrequest",
                    constraint=models.UniqueConstraint(
                        fields=("idempotency_key",),
                        name="approval_request_key_once",
                        violation_error_message="This idempotency key was used for another request.",
                    ),
                ),
            ],
            database_operations=[run_sql(__file__, "0015_money_rules")],
        ),
    ]
