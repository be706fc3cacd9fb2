import django.contrib.postgres.fields
import django.contrib.postgres.functions
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
        ("console", "0002_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor", models.TextField()),
                ("key", models.TextField()),
                ("fingerprint", models.BinaryField(help_text="SHA-256 of method, address and body")),
                ("status", models.IntegerField(null=True)),
                ("etag", models.TextField(null=True)),
                ("body", models.TextField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "idempotent_answers",
                "default_permissions": (),
                "indexes": [aira.schema.models.Index(fields=["created_at"], name="idx_idempotent_answers_created")],
                "constraints": [
                    models.UniqueConstraint(fields=("actor", "key"), name="idempotent_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("key"), 255)
                        ),
                        name="idempotent_answer_key_length",
                        violation_error_message="The Idempotency-Key can have at most 255 characters.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                ("subject", models.UUIDField(primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                ("used", models.IntegerField()),
            ],
            options={
                "db_table": "rate_windows",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.TextField(help_text="The program that uses the key, for example finance-export.")),
                (
                    "purpose",
                    models.TextField(
                        help_text="Reason for the key. The audit shows it if the program gives no reason. No personal data."
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), help_text="The actions that the program may take."
                    ),
                ),
                (
                    "rate_limit",
                    models.IntegerField(
                        db_default=600,
                        help_text="How many requests the program can make in a minute.",
                        verbose_name="limit per minute",
                    ),
                ),
                (
                    "prefix",
                    models.TextField(
                        editable=False,
                        help_text="It tells keys apart. The rest is not stored.",
                        verbose_name="beginning of the secret",
                    ),
                ),
                ("secret_hash", models.BinaryField()),
                (
                    "previous_prefix",
                    models.TextField(editable=False, null=True, verbose_name="beginning of the previous secret"),
                ),
                ("previous_hash", models.BinaryField(null=True)),
                (
                    "previous_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="previous secret valid until"),
                ),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(editable=False, null=True)),
                (
                    "last_used_at",
                    models.DateTimeField(editable=False, help_text="Accurate to five minutes.", null=True),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "verbose_name": "API key",
                "db_table": "api_keys",
                "ordering": ["name", "-created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("secret_hash",), name="api_key_secret_once"),
                    models.UniqueConstraint(fields=("previous_hash",), name="api_key_previous_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("name",),
                        name="api_key_name_once",
                        violation_error_message="A key of this name is in use. Replace its secret, revoke it or choose another name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Func(
                                models.F("secret_hash"),
                                output_field=models.BooleanField(),
                                template="(octet_length(%(expressions)s) = 32)",
                            )
                        ),
                        name="api_key_hashed",
                        violation_error_message="The hash of a secret must have 32 bytes (SHA-256).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("previous_hash", None), ("previous_prefix", None), ("previous_until", None)),
                            models.Q(
                                ("previous_hash__isnull", False),
                                ("previous_prefix__isnull", False),
                                ("previous_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="api_key_overlap_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Func(
                                models.F("scopes"),
                                output_field=models.BooleanField(),
                                template="(cardinality(%(expressions)s) > 0)",
                            )
                        ),
                        name="api_key_has_scopes",
                        violation_error_message="Give the key at least one scope.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_limit__gte", 1), ("rate_limit__lte", 100000)),
                        name="api_key_rate_in_range",
                        violation_error_message="The limit must be 1 to 100000 requests per minute.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("name"), 200
                            ),
                            (
                                "name__regex",
                                "^(?!.*(?:[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f]|(?:^|[ -~])[\\x200c\\x200d]|[\\x200c\\x200d](?:[ -~]|$)))",
                            ),
                        ),
                        name="api_key_name_readable",
                        violation_error_message="The name must be one line of at most 200 visible characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("purpose"), 2000
                            )
                        ),
                        name="api_key_purpose_length",
                        violation_error_message="The purpose can have at most 2,000 characters.",
                    ),
                ],
            },
        ),
        Grouped(
            operations=[
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="audit",
                        sql=aira.schema.triggers.SharedFunctionTriggerSql(
                            execute="private.record_change('updated_at', 'secret_hash', 'previous_hash', 'last_used_at')",
                            func="",
                            hash="b9de37bdaaa31b59ce179c75696148fb4fbb2a4a",
                            ignore_func_name="",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audit_7334d",
                            table="api_keys",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=aira.schema.triggers.CompiledTrigger(
                        name="stays_revoked",
                        sql=aira.schema.triggers.InvokerTriggerSql(
                            condition='WHEN (OLD."revoked_at" IS NOT NULL)',
                            execute="private.pgtrigger_stays_revoked_38ec0()",
                            func="raise exception 'the key % is revoked', old.name using errcode = 'check_violation', constraint = 'api_key_stays_revoked', hint = 'Make a new key.';",
                            hash="3f87241c8e491a460e1a41c05132f31162889d89",
                            ignore_func_name="",
                            operation='UPDATE OF "revoked_at"',
                            pgid="pgtrigger_stays_revoked_38ec0",
                            table="api_keys",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
        run_sql(__file__, "0001_keys"),
    ]
