from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [("console", "0004_groups")]
    operations = [
        run_sql(__file__, "0005_staff_status"),
        migrations.AlterField(
            "staffuser", "is_staff", models.BooleanField(default=True, editable=False, verbose_name="staff")
        ),
    ]
