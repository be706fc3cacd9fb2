"""A row that a run has done may have a note, such as what came back above the capacity."""

from django.db import migrations, models

from aira.db.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("console", "0015_whole_search")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="bulkrow", name="bulk_row_outcome_known"),
                migrations.AddConstraint(
                    model_name="bulkrow",
                    constraint=models.CheckConstraint(
                        name="bulk_row_outcome_known",
                        condition=models.Q(("at", None), ("outcome", None), ("said", None))
                        | models.Q(("at__isnull", False), ("outcome", "done"))
                        | models.Q(("at__isnull", False), ("outcome", "refused"), ("said__isnull", False)),
                    ),
                ),
            ],
            database_operations=[run_sql(__file__, "0016_notes_of_runs")],
        ),
    ]
