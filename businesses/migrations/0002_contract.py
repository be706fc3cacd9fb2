import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0001_initial"),
        ("platform", "0005_analytics"),
    ]

    operations = [
        run_sql(__file__, "0002_functions"),
        migrations.RunSQL(
            sql="alter table public.business_v2 drop constraint business_v2_business_type_check",
            reverse_sql="alter table public.business_v2 add constraint business_v2_business_type_check check (business_type in ('restaurant', 'retail', 'service'))",
        ),
        Grouped(
            operations=[
                migrations.AlterModelOptions(
                    name="business",
                    options={"ordering": ["name", "id"], "verbose_name_plural": "businesses"},
                ),
                migrations.AddField(
                    model_name="business",
                    name="business_hours",
                    field=models.JSONField(
                        blank=True,
                        help_text="Opening hours in the time zone of the business. Empty means 09:00–18:00 every day.",
                        null=True,
                        verbose_name="opening hours",
                    ),
                ),
                migrations.AddField(
                    model_name="business",
                    name="deleted_at",
                    field=models.DateTimeField(
                        editable=False,
                        help_text="When the record was deleted, which moves it to the trash. Empty if it is not in the trash.",
                        null=True,
                        verbose_name="in the trash since",
                    ),
                ),
                migrations.AddField(
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
                        help_text="Words for the full-text search. Set by the database.",
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                migrations.AddField(
                    model_name="business",
                    name="timezone",
                    field=models.TextField(
                        db_default="UTC",
                        help_text="Time zone of the business, such as Europe/Berlin. Its opening hours and reports use it.",
                        verbose_name="time zone",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="address",
                    field=models.TextField(
                        blank=True, help_text="Postal address, on one or more lines. At most 500 characters.", null=True
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="business_type",
                    field=models.TextField(
                        choices=[("restaurant", "Restaurant"), ("retail", "Retail"), ("service", "Service")],
                        help_text="Type of the business: restaurant, retail or service.",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="created_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record was added.",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="description",
                    field=models.TextField(
                        blank=True,
                        help_text="Description of the business and its services. At most 10,000 characters.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="email",
                    field=models.TextField(
                        blank=True,
                        help_text="E-mail address to which customers can write.",
                        null=True,
                        verbose_name="e-mail",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="is_active",
                    field=models.BooleanField(
                        db_default=True,
                        help_text="The Voice Agent answers calls to the business's phone numbers only if the business is active.",
                        verbose_name="active",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="logo_url",
                    field=models.TextField(
                        blank=True,
                        help_text="Web address of the logo, such as https://example.com/logo.png.",
                        null=True,
                        verbose_name="logo",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="phone_number",
                    field=models.TextField(
                        blank=True,
                        help_text="The business's own phone number, with the country code, such as +14155550123 (E.164).",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="updated_at",
                    field=models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When the record last changed. The database sets it.",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="user",
                    field=aira.schema.models.OwnedByAccount(
                        db_constraint=False,
                        db_index=False,
                        help_text="The account that owns the business. If an account adds a business itself, it becomes the owner.",
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="businesses",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
                    name="website",
                    field=models.TextField(
                        blank=True, help_text="Web address of the business, such as https://example.com.", null=True
                    ),
                ),
                migrations.AlterField(
                    model_name="business",
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
                    model_name="business",
                    name="name",
                    field=models.TextField(help_text="Name of the business. At most 200 characters, one line."),
                ),
            ],
        ),
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="business",
                    index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="idx_business_v2_search"),
                ),
                migrations.AddIndex(
                    model_name="business",
                    index=aira.schema.models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at"],
                        name="idx_business_v2_trash",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.UniqueConstraint(fields=("id", "user"), name="business_v2_id_user_id_key"),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("business_type__in", ["restaurant", "retail", "service"])),
                        name="business_type_known",
                        violation_error_message="The business type must be restaurant, retail or service.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("name__regex", "[^[:space:]]")),
                        name="business_name_not_blank",
                        violation_error_message="Give the business a name.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("phone_number__regex", "^\\+[1-9][0-9]{1,14}$")),
                        name="business_phone_is_e164",
                        violation_error_message="Write the phone number with its country code and without spaces, such as +14155550123 (E.164).",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Func(
                                models.F("business_hours"),
                                function="private.business_hours_valid",
                                output_field=models.BooleanField(),
                            )
                        ),
                        name="business_hours_valid",
                        violation_error_message='The opening hours are not valid. Write {"weekly": {"mon": [["09:00", "18:00"]]}, "special": {"2026-12-25": []}, "closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00"}]}, without overlaps and without dates that don\'t exist.',
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("name"), 200
                            ),
                            (
                                "name__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="business_name_readable",
                        violation_error_message="The name must be one line of at most 200 visible characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("description"), 10000
                            )
                        ),
                        name="business_description_length",
                        violation_error_message="The description can have at most 10,000 characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("email"), 254
                            ),
                            (
                                "email__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f\\x200c\\x200d])(?:[^@\\s]+@[^@\\s]+)?$",
                            ),
                        ),
                        name="business_email_is_address",
                        violation_error_message="The e-mail must be an e-mail address, such as maria@example.com.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("address"), 500
                            )
                        ),
                        name="business_address_length",
                        violation_error_message="The address can have at most 500 characters.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("website"), 2048
                            ),
                            (
                                "website__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                            ),
                        ),
                        name="business_website_is_web_address",
                        violation_error_message="The website must be a web address of at most 2,048 characters, such as https://www.example.com.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("logo_url"), 2048
                            ),
                            (
                                "logo_url__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                            ),
                        ),
                        name="business_logo_is_web_address",
                        violation_error_message="The logo must be a web address of at most 2,048 characters, such as https://www.example.com.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="business",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Func(
                                models.F("business_hours"),
                                function="private.business_hours_bounded",
                                output_field=models.BooleanField(),
                            )
                        ),
                        name="business_hours_bounded",
                        violation_error_message="The opening hours are too long. They can have at most 1,000 intervals, special days and closures together, and at most 64 kB.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="business",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="updated_at",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.set_updated_at()",
                            func="",
                            hash="a8b78848ec08d2aed5fc6f8acc595228a1d412ff",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_updated_at_f3c8a",
                            table="business_v2",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="business",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="zz_trash",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.move_to_trash()",
                            func="",
                            hash="a0e7a870c9c7e8900afaa20f63d22ad0fce1d102",
                            ignore_func_name="",
                            operation="DELETE",
                            pgid="pgtrigger_zz_trash_58876",
                            table="business_v2",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="business",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="time_zone_is_iana",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.check_business_time_zone()",
                            func="",
                            hash="9c2b6652f1f948a25c3cf7048f9da381c11a0460",
                            ignore_func_name="",
                            operation='INSERT OR UPDATE OF "timezone"',
                            pgid="pgtrigger_time_zone_is_iana_504ba",
                            table="business_v2",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="business",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at', 'search')",
                            func="",
                            hash="0b144657324653858c7c33626f4e65184737fd40",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_00609",
                            table="business_v2",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="business",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="keep_id",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.keep_id()",
                            func="",
                            hash="0d0c1962c2ce07397456be8358fc39e929a6bba0",
                            ignore_func_name="",
                            operation='UPDATE OF "id"',
                            pgid="pgtrigger_keep_id_40a4f",
                            table="business_v2",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
        run_sql(__file__, "0002_access"),
    ]
