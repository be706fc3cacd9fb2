import django.contrib.postgres.functions
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

import aira.schema.models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0012_texts"),
    ]

    operations = [
        # What the models say of their fields, which becomes the comments of the columns.
        migrations.AlterField(
            model_name="business",
            name="address",
            field=models.TextField(
                blank=True, help_text="Postal address, on one or more lines. At most 500 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="business_hours",
            field=models.JSONField(
                blank=True, help_text="Opening hours in local time; empty means 09:00–18:00 every day.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="business_type",
            field=models.TextField(
                choices=[("restaurant", "Restaurant"), ("retail", "Retail"), ("service", "Service")],
                help_text="restaurant, retail or service.",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was inserted. Times are with time zone.",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="deleted_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when the row is in the trash; empty while it is alive. A DELETE sets it.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="description",
            field=models.TextField(
                blank=True, help_text="What the business is and offers. At most 10,000 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="email",
            field=models.TextField(blank=True, help_text="The e-mail that customers write to.", null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                help_text="Chosen by whoever inserts, else random. It never changes.",
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="is_active",
            field=models.BooleanField(
                db_default=True, help_text="An inactive business is not found by the numbers that customers call."
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="logo_url",
            field=models.TextField(blank=True, help_text="Address of a picture, http or https.", null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="name",
            field=models.TextField(help_text="What the business is called. At most 200 characters, one line."),
        ),
        migrations.AlterField(
            model_name="business",
            name="phone_number",
            field=models.TextField(
                blank=True, help_text="Where people answer, in E.164 form, such as +14155550123.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("name"),
                    models.F("description"),
                    models.F("address"),
                    function="private.business_search_vector",
                ),
                help_text="What full-text search looks through. Set by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="timezone",
            field=models.TextField(
                db_default="UTC",
                help_text="IANA name, such as Europe/Berlin. Opening hours and days of reports are local to it.",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was last written, set by the database whatever was sent.",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                help_text="The account that the business belongs to. Left out, it is the caller's; a service has to say it.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="businesses",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="website",
            field=models.TextField(blank=True, help_text="The business's web address, http or https.", null=True),
        ),
        ValidateConstraint(model_name="business", name="business_name_readable"),
        ValidateConstraint(model_name="business", name="business_description_length"),
        ValidateConstraint(model_name="business", name="business_email_is_address"),
        ValidateConstraint(model_name="business", name="business_address_length"),
        ValidateConstraint(model_name="business", name="business_website_is_web_address"),
        ValidateConstraint(model_name="business", name="business_logo_is_web_address"),
    ]
