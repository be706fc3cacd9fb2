import django.db.models.deletion
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0018_plain_english"),
        ("platform", "0013_record_change"),
        ("telephony", "0011_texts_checked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="businessnumber",
            name="business",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The business that answers. Empty while the number is not assigned.",
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
                blank=True,
                help_text='Capabilities, such as {"voice": true, "sms": false}. Keys: voice, sms, mms, fax.',
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="country_code",
            field=models.TextField(help_text="ISO 3166 code of the country, such as US."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="display_name",
            field=models.TextField(help_text="Name of the number for staff and its owner."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="features",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                help_text="JSON list of the provider's extra features. At most 64 kB.",
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="is_active",
            field=models.BooleanField(db_default=True, help_text="The Voice Agent does not answer an inactive number."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="monthly_cost",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Cost of a month, in the currency of the provider.",
                max_digits=10,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="notes",
            field=models.TextField(
                blank=True, help_text="Notes of the owner and of staff. At most 10,000 characters.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="number_type",
            field=aira.schema.enums.EnumField("business_number_type", help_text="Type of the number."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="phone_number",
            field=models.TextField(help_text="The phone number in E.164 form, such as +14155550123.", unique=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="provider",
            field=models.TextField(db_default="twilio", help_text="The company that provides the number."),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="purchase_date",
            field=models.DateTimeField(blank=True, help_text="Time of the purchase.", null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="sms_url",
            field=models.TextField(
                blank=True, help_text="Address to which Twilio sends text messages, http or https.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="status_callback_url",
            field=models.TextField(
                blank=True, help_text="Address to which Twilio reports the result of a call, http or https.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="twilio_account_sid",
            field=models.TextField(blank=True, help_text="Twilio's id of the account that bought it.", null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The account that owns the number. If it is left out, the owner of the business.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="business_numbers",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="voice_url",
            field=models.TextField(
                blank=True,
                help_text="Address of the Voice Agent. If it is left empty, the database fills it in.",
                null=True,
            ),
        ),
        migrations.AlterConstraint(
            model_name="businessnumber",
            name="business_has_one_primary_number",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True), ("is_primary", True)),
                fields=("business", "user"),
                name="business_has_one_primary_number",
                violation_error_message="This business already has a primary number. Make that one secondary first.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="businessnumber",
            name="number_cost_not_negative",
            constraint=models.CheckConstraint(
                condition=models.Q(("monthly_cost__gte", 0), ("monthly_cost__lte", 99999999)),
                name="number_cost_not_negative",
                violation_error_message="The monthly cost must be between 0 and 99,999,999.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="businessnumber",
            name="number_features_is_list",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func(
                        models.F("features"),
                        output_field=models.BooleanField(),
                        template="(jsonb_typeof(%(expressions)s) = 'array')",
                    )
                ),
                name="number_features_is_list",
                violation_error_message='The features must be a JSON list, such as ["call recording"].',
            ),
        ),
        migrations.AlterConstraint(
            model_name="businessnumber",
            name="number_capabilities_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func(
                        models.F("capabilities"),
                        function="private.capabilities_valid",
                        output_field=models.BooleanField(),
                    )
                ),
                name="number_capabilities_known",
                violation_error_message="The capabilities must be a JSON object with the keys voice, sms, mms and fax, and true or false.",
            ),
        ),
        run_sql(__file__, "0012_plain_english"),
    ]
