from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("console", "0002_pages"),
    ]

    operations = [
        run_sql(__file__, "0001_accounts"),
    ]
