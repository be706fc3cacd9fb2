from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("console", "0008_reveal")]
    operations = [
        migrations.AlterModelOptions(
            name="staffuser",
            options={
                "permissions": [
                    ("view_advisor", "Can view the advisor's findings"),
                    ("export_account", "Can export an account's data"),
                    ("erase_account", "Can erase an account"),
                    ("view_analytics", "Can view the analytics"),
                    ("view_personal_data", "Can view personal data unmasked"),
                    ("export_lists", "Can export lists"),
                    ("reveal_personal_data", "Can have a record's personal data shown"),
                    ("reset_second_factor", "Can reset the second factor of others"),
                    ("unlock_staff", "Can unlock staff who failed to log in"),
                ],
                "verbose_name": "staff member",
            },
        ),
        migrations.AddField(
            model_name="staffuser",
            name="second_factor_at",
            field=models.DateTimeField(
                editable=False, help_text="Since when there is one", null=True, verbose_name="second factor"
            ),
        ),
    ]
