import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import aira.schema.models
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0017_restored_rows"),
        ("platform", "0013_record_change"),
    ]

    operations = [
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
            field=models.TextField(blank=True, help_text="E-mail address for customers.", null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="is_active",
            field=models.BooleanField(
                db_default=True, help_text="The Voice Agent does not find an inactive business by its phone numbers."
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="logo_url",
            field=models.TextField(blank=True, help_text="Web address of the logo, http or https.", null=True),
        ),
        migrations.AlterField(
            model_name="business",
            name="name",
            field=models.TextField(help_text="Name of the business. At most 200 characters, one line."),
        ),
        migrations.AlterField(
            model_name="business",
            name="phone_number",
            field=models.TextField(
                blank=True,
                help_text="Phone number on which people answer, in E.164 form, such as +14155550123.",
                null=True,
            ),
        ),
        migrations.AlterField(
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
        migrations.AlterField(
            model_name="business",
            name="timezone",
            field=models.TextField(
                db_default="UTC",
                help_text="Time zone as an IANA name, such as Europe/Berlin. Opening hours and reports are local to it.",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                help_text="The account that owns the business. A user may leave it out, a service must give it.",
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="businesses",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AlterField(
            model_name="business",
            name="website",
            field=models.TextField(blank=True, help_text="Web address of the business, http or https.", null=True),
        ),
        migrations.AlterConstraint(
            model_name="business",
            name="business_hours_valid",
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
        migrations.AlterConstraint(
            model_name="business",
            name="business_hours_bounded",
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
        run_sql(__file__, "0018_plain_english"),
    ]
