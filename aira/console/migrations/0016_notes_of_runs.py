"""A row that a run has done may have a note, such as what came back above the capacity."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("console", "0015_whole_search")]
    operations = [
        migrations.AddField(
            model_name="bulkrow",
            name="note",
            field=models.TextField(help_text="What is to be known of a row that is done", null=True),
        ),
    ]
