from django.db import migrations

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("console", "0002_view_as"),
        ("platform", "0006_audit"),
    ]
    operations = [
        run_sql(__file__, "0003_audit_staff"),
        migrations.AlterModelOptions(
            name="staffuser",
            options={
                "permissions": [
                    ("view_advisor", "Can view the advisor's findings"),
                    ("export_account", "Can export an account's data"),
                    ("erase_account", "Can erase an account"),
                ],
                "verbose_name": "staff member",
            },
        ),
    ]
