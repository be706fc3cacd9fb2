import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0002_contract"),
        ("telephony", "0001_initial"),
    ]

    operations = [
        run_sql(__file__, "0002_functions"),
        migrations.RunSQL(
            sql="alter table public.business_numbers drop constraint business_numbers_check",
            reverse_sql="alter table public.business_numbers add constraint business_numbers_check check (user_id is not null or business_id is not null)",
        ),
        migrations.RunSQL(
            sql="alter table public.business_numbers drop constraint business_numbers_business_id_fkey",
            reverse_sql="alter table public.business_numbers add constraint business_numbers_business_id_fkey foreign key (business_id) references public.business_v2 (id) on delete set null",
        ),
        Grouped(
            operations=[
                migrations.AlterModelOptions(
                    name="businessnumber",
                    options={"ordering": ["phone_number"], "verbose_name": "phone number"},
                ),
                migrations.RemoveIndex(
                    model_name="businessnumber",
                    name="idx_business_numbers_business_id",
                ),
                migrations.RemoveIndex(
                    model_name="businessnumber",
                    name="idx_business_numbers_phone_number",
                ),
                migrations.RemoveIndex(
                    model_name="businessnumber",
                    name="idx_business_numbers_twilio_sid",
                ),
                migrations.AddField(
                    model_name="businessnumber",
                    name="deleted_at",
                    field=models.DateTimeField(
                        editable=False,
                        help_text="When the record was deleted, which moves it to the trash. Empty if it is not in the trash.",
                        null=True,
                        verbose_name="in the trash since",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="business",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The business that customers reach by this phone number. Empty if no business uses it.",
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
                        help_text='What the phone number can do, as JSON: {"voice": true, "sms": false}. Keys: voice, sms, mms, fax.',
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="created_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record was added.",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="features",
                    field=models.JSONField(
                        blank=True,
                        db_default=models.Value([], models.JSONField()),
                        help_text='Extra features from the provider, as a JSON list such as ["call recording"]. At most 64 kB.',
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="is_active",
                    field=models.BooleanField(
                        db_default=True,
                        help_text="The Voice Agent answers calls to the phone number only if it is active.",
                        verbose_name="active",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="is_primary",
                    field=models.BooleanField(
                        db_default=False,
                        help_text="The business shows its primary number first. It has at most one.",
                        verbose_name="primary",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="monthly_cost",
                    field=models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Price of a month, in the currency of the provider.",
                        max_digits=10,
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="notes",
                    field=models.TextField(
                        blank=True,
                        help_text="Notes that the owner and staff can read. At most 10,000 characters.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="phone_number",
                    field=models.TextField(
                        help_text="The phone number with its country code, such as +14155550123 (E.164).", unique=True
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="provider",
                    field=models.TextField(
                        db_default="twilio", help_text="The company that provides the phone number."
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="purchase_date",
                    field=models.DateTimeField(blank=True, help_text="When the phone number was bought.", null=True),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="sms_url",
                    field=models.TextField(
                        blank=True,
                        help_text="Web address to which Twilio passes text messages from customers.",
                        null=True,
                        verbose_name="SMS URL",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="status_callback_url",
                    field=models.TextField(
                        blank=True,
                        help_text="Web address to which Twilio reports the result of each call.",
                        null=True,
                        verbose_name="status callback URL",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="twilio_account_sid",
                    field=models.TextField(
                        blank=True,
                        help_text="Id of the account at Twilio that bought the phone number.",
                        null=True,
                        verbose_name="Twilio account SID",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="twilio_sid",
                    field=models.TextField(
                        blank=True,
                        help_text="Twilio's id of the phone number.",
                        null=True,
                        unique=True,
                        verbose_name="Twilio SID",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="updated_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record last changed. The database sets it.",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="user",
                    field=aira.schema.models.OwnedByAccount(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The account that owns the phone number. If it is left empty, the owner of the business owns it.",
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
                        help_text="Web address of the Voice Agent, to which Twilio passes calls. If it is left empty, the database fills it in.",
                        null=True,
                        verbose_name="voice URL",
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="country_code",
                    field=models.TextField(help_text="Code of the country, such as US (ISO 3166)."),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="display_name",
                    field=models.TextField(help_text="Name by which staff and the owner recognise the phone number."),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="id",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        help_text="Unique id of the record, which never changes. A program that adds a record may choose it.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                migrations.AlterField(
                    model_name="businessnumber",
                    name="number_type",
                    field=aira.schema.enums.EnumField(
                        "business_number_type",
                        help_text="Type of the phone number: local, toll-free, mobile, international or vanity (spells a word).",
                    ),
                ),
            ],
        ),
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="businessnumber",
                    index=aira.schema.models.Index(
                        fields=["business", "user"], name="idx_business_numbers_business_id"
                    ),
                ),
                migrations.AddIndex(
                    model_name="businessnumber",
                    index=aira.schema.models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at"],
                        name="idx_business_numbers_trash",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("deleted_at__isnull", True), ("is_primary", True)),
                        fields=("business", "user"),
                        name="business_has_one_primary_number",
                        violation_error_message="This business already has a primary number. Change that one first.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("phone_number__regex", "^\\+[1-9][0-9]{1,14}$")),
                        name="number_is_e164",
                        violation_error_message="Write the phone number with its country code and without spaces, such as +14155550123 (E.164).",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("monthly_cost__gte", 0), ("monthly_cost__lte", 99999999)),
                        name="number_cost_not_negative",
                        violation_error_message="The monthly cost must be between 0 and 99,999,999.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
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
                migrations.AddConstraint(
                    model_name="businessnumber",
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
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("display_name"), 200
                            ),
                            (
                                "display_name__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="number_display_name_readable",
                        violation_error_message="The display name must be one line of at most 200 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("country_code"), 10
                            ),
                            (
                                "country_code__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="number_country_code_readable",
                        violation_error_message="The country code must be one line of at most 10 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("twilio_sid"), 255
                            ),
                            ("twilio_sid__regex", "^(?:[A-Za-z0-9][A-Za-z0-9_:.-]*)?$"),
                        ),
                        name="number_twilio_sid_is_id",
                        violation_error_message="The Twilio SID must be at most 255 letters, digits, “_”, “-”, “.” or “:”, beginning with a letter or digit.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("twilio_account_sid"), 255
                            ),
                            ("twilio_account_sid__regex", "^(?:[A-Za-z0-9][A-Za-z0-9_:.-]*)?$"),
                        ),
                        name="number_twilio_account_sid_is_id",
                        violation_error_message="The Twilio account SID must be at most 255 letters, digits, “_”, “-”, “.” or “:”, beginning with a letter or digit.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("voice_url"), 2048
                            ),
                            (
                                "voice_url__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                            ),
                        ),
                        name="number_voice_url_is_web_address",
                        violation_error_message="The voice URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("sms_url"), 2048
                            ),
                            (
                                "sms_url__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                            ),
                        ),
                        name="number_sms_url_is_web_address",
                        violation_error_message="The SMS URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("status_callback_url"), 2048
                            ),
                            (
                                "status_callback_url__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                            ),
                        ),
                        name="number_status_url_is_web_address",
                        violation_error_message="The status callback URL must be a web address of at most 2,048 characters, such as https://www.example.com.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("provider"), 200
                            ),
                            (
                                "provider__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="number_provider_readable",
                        violation_error_message="The provider must be one line of at most 200 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func(
                                    django.db.models.functions.comparison.Cast(
                                        models.F("features"), models.TextField()
                                    ),
                                    function="octet_length",
                                ),
                                65536,
                            )
                        ),
                        name="number_features_size",
                        violation_error_message="The features can have at most 64 kB.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="businessnumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("notes"), 10000
                            )
                        ),
                        name="number_notes_length",
                        violation_error_message="The notes can have at most 10,000 characters.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="businessnumber",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="updated_at",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.set_updated_at()",
                            func="",
                            hash="fba35674d079929df089e45c88b2d054d8ac4e27",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_updated_at_ed014",
                            table="business_numbers",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="businessnumber",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="zz_trash",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.move_to_trash()",
                            func="",
                            hash="a1601faf50940dd62111d1f84a2db54cf9f750fc",
                            ignore_func_name="",
                            operation="DELETE",
                            pgid="pgtrigger_zz_trash_3d4bb",
                            table="business_numbers",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="businessnumber",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="voice_url_is_voice_agent",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.check_voice_url()",
                            func="",
                            hash="f0ad8865dc117f89cdfdedce7d178f433137f8a9",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "voice_url"',
                            pgid="pgtrigger_voice_url_is_voice_agent_1a7cd",
                            table="business_numbers",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="businessnumber",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="take_over_trashed_number",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.take_over_trashed_number()",
                            func="",
                            hash="c3835a04815e7cfec30e3f05eb8bc7b4952cc437",
                            ignore_func_name="",
                            operation="INSERT",
                            pgid="pgtrigger_take_over_trashed_number_7911f",
                            table="business_numbers",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="businessnumber",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="fill_owner",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.fill_owner()",
                            func="",
                            hash="06c2a2bd10e15019aa7f9d9595fba3211244d1a3",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "business_id", "deleted_at"',
                            pgid="pgtrigger_fill_owner_26301",
                            table="business_numbers",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="businessnumber",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at')",
                            func="",
                            hash="e3d6ed60189079b5bec0fd6f7207298b3b7c60c1",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_65985",
                            table="business_numbers",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
        run_sql(__file__, "0002_access"),
    ]
