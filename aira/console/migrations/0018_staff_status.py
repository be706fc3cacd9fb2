from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("console", "0017_plain_english")]
    operations = [
        run_sql(__file__, "0018_staff_status"),
        migrations.AlterField("staffuser", "is_staff", models.BooleanField(default=True, editable=False)),
    ]
