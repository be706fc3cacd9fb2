import django.contrib.postgres.indexes
from django.db import migrations

import aira.schema.models
from aira.schema.operations import Grouped


class Migration(migrations.Migration):
    dependencies = [
        ("telephony", "0003_analytics"),
    ]

    operations = [
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="businessnumber",
                    index=aira.schema.models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            aira.schema.models.PhoneKey("phone_number"), name="text_pattern_ops"
                        ),
                        name="idx_business_numbers_phone_key",
                    ),
                ),
                migrations.AddIndex(
                    model_name="businessnumber",
                    index=aira.schema.models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            aira.schema.models.PhoneDigits("phone_number"), name="text_pattern_ops"
                        ),
                        name="idx_business_numbers_phone_start",
                    ),
                ),
                migrations.AddIndex(
                    model_name="businessnumber",
                    index=aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_business_numbers_created"),
                ),
            ],
        ),
    ]
