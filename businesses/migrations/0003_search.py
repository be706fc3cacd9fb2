import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations

import aira.schema.models
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0002_contract"),
    ]

    operations = [
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="business",
                    index=aira.schema.models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Left(django.db.models.functions.text.Lower("email"), 320),
                            name="text_pattern_ops",
                        ),
                        name="idx_business_v2_email",
                    ),
                ),
                migrations.AddIndex(
                    model_name="business",
                    index=aira.schema.models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            aira.schema.models.PhoneKey("phone_number"), name="text_pattern_ops"
                        ),
                        name="idx_business_v2_phone",
                    ),
                ),
                migrations.AddIndex(
                    model_name="business",
                    index=aira.schema.models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            aira.schema.models.PhoneDigits("phone_number"), name="text_pattern_ops"
                        ),
                        name="idx_business_v2_phone_start",
                    ),
                ),
                migrations.AddIndex(
                    model_name="business",
                    index=aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_business_v2_created"),
                ),
            ],
        ),
        run_sql(__file__, "0003_search"),
    ]
