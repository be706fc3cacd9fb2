from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("console", "0003_audit"),
        ("platform", "0006_audit"),
    ]
    operations = [run_sql(__file__, "0001_functions")]
