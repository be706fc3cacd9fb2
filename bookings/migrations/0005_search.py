import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import aira.schema.models
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0004_analytics"),
        ("businesses", "0003_search"),
    ]

    operations = [
        run_sql(__file__, "0005_vector"),
        migrations.AddField(
            model_name="appointment",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("customer_name"),
                    models.F("customer_email"),
                    models.F("service_type"),
                    models.F("external_id"),
                    models.F("notes"),
                    function="private.appointment_search_vector",
                ),
                help_text="Words for the full-text search. Set by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="appointment",
                    index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="idx_appointments_search"),
                ),
                migrations.AddIndex(
                    model_name="appointment",
                    index=aira.schema.models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            aira.schema.models.PhoneKey("customer_phone"), name="text_pattern_ops"
                        ),
                        name="idx_appointments_phone_key",
                    ),
                ),
                migrations.AddIndex(
                    model_name="appointment",
                    index=aira.schema.models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            aira.schema.models.PhoneDigits("customer_phone"), name="text_pattern_ops"
                        ),
                        name="idx_appointments_phone_start",
                    ),
                ),
                migrations.AddIndex(
                    model_name="appointment",
                    index=aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_appointments_created"),
                ),
            ],
        ),
        run_sql(__file__, "0005_search"),
    ]
