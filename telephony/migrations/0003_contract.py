import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0003_contract"),
        ("platform", "0003_service_endpoints"),
        ("telephony", "0002_functions"),
    ]

    operations = [
        run_sql(__file__, "0002_owner"),
        migrations.AlterModelOptions(
            name="businessnumber",
            options={"ordering": ["phone_number"]},
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
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="business",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="numbers",
                to="businesses.business",
            ),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="capabilities",
            field=models.JSONField(blank=True, help_text='{"voice": true, "sms": true, …}', null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="features",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField())),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="is_active",
            field=models.BooleanField(db_default=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="is_primary",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="monthly_cost",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="notes",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="phone_number",
            field=models.TextField(help_text="E.164, such as +14155550123", unique=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="provider",
            field=models.TextField(db_default="twilio"),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="purchase_date",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="sms_url",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="status_callback_url",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="twilio_account_sid",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="twilio_sid",
            field=models.TextField(blank=True, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="businessnumber",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                blank=True,
                db_constraint=False,
                db_index=False,
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
                blank=True, help_text="The Voice Agent's address; filled in when it is left empty.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="businessnumber",
            index=aira.schema.models.Index(fields=["business", "user"], name="idx_business_numbers_business_id"),
        ),
        migrations.AddIndex(
            model_name="businessnumber",
            index=aira.schema.models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["deleted_at"],
                name="idx_business_numbers_trash",
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
                name="fill_owner",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.fill_owner()",
                    func="",
                    hash="f2f8d7aa1569172b0ac934143cb88d00722c5669",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "business_id"',
                    pgid="pgtrigger_fill_owner_26301",
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
        migrations.AddConstraint(
            model_name="businessnumber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True), ("is_primary", True)),
                fields=("business", "user"),
                name="business_has_one_primary_number",
                violation_error_message="The business has a primary number already; make that one secondary first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone_number__regex", "^\\+[1-9][0-9]{1,14}$")),
                name="number_is_e164",
                violation_error_message="The number must be in E.164 form, such as +14155550123.",
            ),
        ),
        migrations.AddConstraint(
            model_name="businessnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("monthly_cost__gte", 0), ("monthly_cost__lte", 99999999)),
                name="number_cost_not_negative",
                violation_error_message="The monthly cost must be a number of at least 0.",
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
                violation_error_message="Features must be a JSON list.",
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
                violation_error_message="Capabilities must be a JSON object with the keys voice, sms, mms, fax and true or false.",
            ),
        ),
        run_sql(__file__, "0003_tenancy"),
        run_sql(__file__, "0003_access"),
    ]
