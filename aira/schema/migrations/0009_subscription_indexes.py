from django.db import migrations, models

import aira.schema.models


class Migration(migrations.Migration):
    # Writers go on while the indexes are made.
    atomic = False

    dependencies = [
        ("platform", "0008_subscriptions"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql="create index concurrently if not exists idx_deliveries_subscription"
                    " on private.webhook_deliveries (endpoint, created_at desc) where endpoint like 'subscription:%'",
                    reverse_sql="drop index concurrently if exists private.idx_deliveries_subscription",
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="webhookdelivery",
                    index=aira.schema.models.Index(
                        condition=models.Q(("endpoint__startswith", "subscription:")),
                        fields=["endpoint", "-created_at"],
                        name="idx_deliveries_subscription",
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql="create unique index concurrently if not exists subscription_url_once"
                    " on private.service_endpoints (base_url) where name like 'subscription:%'",
                    reverse_sql="drop index concurrently if exists private.subscription_url_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="serviceendpoint",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("name__startswith", "subscription:")),
                        fields=("base_url",),
                        name="subscription_url_once",
                        violation_error_message="This address has a subscription. Change that one.",
                    ),
                ),
            ],
        ),
    ]
