from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("console", "0010_bulk")]
    operations = [
        migrations.AddField(
            model_name="staffuser",
            name="timezone",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Such as Asia/Kolkata: times are shown in it beside the business's. Empty: the site's",
                verbose_name="time zone",
            ),
        )
    ]
