import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import aira.schema.models
from aira.schema.operations import Grouped, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0003_search"),
        ("knowledge", "0003_analytics"),
    ]

    operations = [
        run_sql(__file__, "0004_vector"),
        migrations.AddField(
            model_name="document",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("file_name"), models.F("file_path"), function="private.document_search_vector"
                ),
                help_text="Words for the full-text search. Set by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        Grouped(
            operations=[
                migrations.AddIndex(
                    model_name="document",
                    index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="idx_documents_search"),
                ),
                migrations.AddIndex(
                    model_name="document",
                    index=aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_documents_created"),
                ),
            ],
        ),
        run_sql(__file__, "0004_search"),
    ]
