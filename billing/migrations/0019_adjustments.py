import django.db.models.deletion
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0018_payments"),
        ("platform", "0012_texts_checked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="approvalrequest",
            name="kind",
            field=models.TextField(choices=[("refund", "Refund"), ("top_up", "Top Up"), ("take", "Take by hand")]),
        ),
        migrations.AlterField(
            model_name="approvalrequest",
            name="transaction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="What is to be refunded, or corrected",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="approval_requests",
                to="billing.transaction",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="approvalrequest", name="approval_of_known_kind"),
                migrations.AddConstraint(
                    model_name="approvalrequest",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "refund"), ("transaction__isnull", False)),
                            ("kind__in", ["top_up", "take"]),
                            _connector="OR",
                        ),
                        name="approval_of_known_kind",
                    ),
                ),
            ],
            database_operations=[run_sql(__file__, "0019_known_kinds")],
        ),
        run_sql(__file__, "0019_adjustments"),
    ]
