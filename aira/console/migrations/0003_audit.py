from django.db import migrations

from aira.db.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("console", "0002_view_as"),
        ("platform", "0006_audit"),
    ]
    operations = [run_sql(__file__, "0003_audit_staff")]
