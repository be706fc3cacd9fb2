import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models


class Migration(migrations.Migration):
    dependencies = [
        ("telephony", "0010_texts"),
    ]

    operations = [
        # What the models say of their fields, which becomes the comments of the columns.
        migrations.AlterField(
            model_name="businessnumber",
            name="business",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The business that answers. Empty while the number is assigned to none.",
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="numbers",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="capabilities",
            field=models.JSONField(
                blank=True, help_text='{"voice": true, "sms": true, …}, of voice, sms, mms and fax.', null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="country_code",
            field=models.TextField(help_text="ISO 3166 code of its country, such as US."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was inserted. Times are with time zone.",
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="deleted_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when the row is in the trash; empty while it is alive. A DELETE sets it.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="display_name",
            field=models.TextField(help_text="What staff and owners call the number."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="features",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                help_text="A JSON list of what the provider adds to the number. At most 64 kB.",
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
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
            model_name="businessnumber",
            name="is_active",
            field=models.BooleanField(db_default=True, help_text="An inactive number is not answered."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="is_primary",
            field=models.BooleanField(db_default=False, help_text="A business has at most one primary number."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="monthly_cost",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="In the currency that the provider bills in.",
                max_digits=10,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="notes",
            field=models.TextField(
                blank=True, help_text="Free text of its owner and of staff. At most 10,000 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="number_type",
            field=aira.schema.enums.EnumField("business_number_type", help_text="What kind of number it is."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="phone_number",
            field=models.TextField(help_text="E.164, such as +14155550123.", unique=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="provider",
            field=models.TextField(db_default="twilio", help_text="Who the number was bought from."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="purchase_date",
            field=models.DateTimeField(blank=True, help_text="When it was bought.", null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="sms_url",
            field=models.TextField(
                blank=True, help_text="Where Twilio sends text messages: an http or https address.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="status_callback_url",
            field=models.TextField(
                blank=True, help_text="Where Twilio reports what became of a call: an http or https address.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="twilio_account_sid",
            field=models.TextField(
                blank=True, help_text="Twilio's id of the account that it was bought with.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="twilio_sid",
            field=models.TextField(blank=True, help_text="Twilio's id of the number.", null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was last written, set by the database whatever was sent.",
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The account that the number belongs to. Left out, it is the owner of the business.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="business_numbers",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        ValidateConstraint(model_name="businessnumber", name="number_display_name_readable"),
        ValidateConstraint(model_name="businessnumber", name="number_country_code_readable"),
        ValidateConstraint(model_name="businessnumber", name="number_twilio_sid_is_id"),
        ValidateConstraint(model_name="businessnumber", name="number_twilio_account_sid_is_id"),
        ValidateConstraint(model_name="businessnumber", name="number_voice_url_is_web_address"),
        ValidateConstraint(model_name="businessnumber", name="number_sms_url_is_web_address"),
        ValidateConstraint(model_name="businessnumber", name="number_status_url_is_web_address"),
        ValidateConstraint(model_name="businessnumber", name="number_provider_readable"),
        ValidateConstraint(model_name="businessnumber", name="number_features_size"),
        ValidateConstraint(model_name="businessnumber", name="number_notes_length"),
    ]
