import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0002_functions"),
        ("platform", "0003_service_endpoints"),
    ]

    operations = [
        run_sql(__file__, "0003_original_check"),
        migrations.AlterModelOptions(
            name="business",
            options={"ordering": ["name", "id"], "verbose_name_plural": "businesses"},
        ),
        migrations.AddField(
            model_name="business",
            name="business_hours",
            field=models.JSONField(
                blank=True, help_text="Opening hours; empty means 09:00–18:00 every day.", null=True
            ),
        ),
        migrations.AddField(
            model_name="business",
            name="deleted_at",
            field=models.DateTimeField(editable=False, null=True),
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
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddField(
            model_name="business",
            name="timezone",
            field=models.TextField(db_default="UTC", help_text="IANA name, such as Europe/Berlin"),
        ),
        migrations.AlterField(
            model_name="business",
            name="address",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="business_type",
            field=models.TextField(
                choices=[("restaurant", "Restaurant"), ("retail", "Retail"), ("service", "Service")]
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="business",
            name="description",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="email",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="is_active",
            field=models.BooleanField(db_default=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="logo_url",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="phone_number",
            field=models.TextField(blank=True, help_text="E.164, such as +14155550123", null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="business",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="businesses",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="website",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="business",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="idx_business_v2_search"),
        ),
        migrations.AddIndex(
            model_name="business",
            index=aira.schema.models.Index(
                condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="idx_business_v2_trash"
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
                violation_error_message="The phone number must be in E.164 form, such as +14155550123.",
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
                violation_error_message='The opening hours must look like {"weekly": {"mon": [["09:00", "18:00"]]}, "special": {"2026-12-25": []}, "closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00"}]}, without overlaps or days that do not exist.',
            ),
        ),
        run_sql(__file__, "0003_access"),
    ]
