from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("console", "0016_notes_of_runs")]
    operations = [ValidateConstraint(model_name="bulkrow", name="bulk_row_outcome_known")]
