import uuid

import django.contrib.auth.models
import django.contrib.auth.validators
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffUser",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="The person has all permissions, whatever their groups are.",
                        verbose_name="superuser",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "Another member of staff has this user name. Choose another one."},
                        help_text="The name to log in with. A user name can have letters, digits and the characters @ . + - _ only.",
                        max_length=150,
                        unique=True,
                        validators=[
                            django.contrib.auth.validators.UnicodeUsernameValidator(
                                message="A user name can have letters, digits and the characters @ . + - _ only."
                            )
                        ],
                        verbose_name="user name",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        error_messages={
                            "invalid": "This is not an e-mail address. Write one such as maria@example.com."
                        },
                        max_length=254,
                        verbose_name="e-mail",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="The person can log in. To end their access, clear this box instead of deleting them.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="added at")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The person has the permissions of all chosen groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Permissions that the person has besides those of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="further permissions",
                    ),
                ),
                (
                    "second_factor_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="Empty if the person has not set up a second factor yet.",
                        null=True,
                        verbose_name="second factor since",
                    ),
                ),
                (
                    "timezone",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="For example Asia/Kolkata. Times are also shown in this time zone. Empty: the time zone of the site.",
                        verbose_name="time zone",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of staff",
                "verbose_name_plural": "staff",
                "db_table": "staff_users",
                "permissions": [
                    ("view_advisor", "Can view the advisor's findings"),
                    ("export_account", "Can export an account's data"),
                    ("erase_account", "Can erase an account"),
                    ("view_analytics", "Can view the analytics"),
                    ("view_personal_data", "Can view personal data unmasked"),
                    ("export_lists", "Can export lists"),
                    ("reveal_personal_data", "Can reveal the personal data of a record"),
                    ("reset_second_factor", "Can reset the second factor of others"),
                    ("unlock_staff", "Can unlock staff who failed to log in"),
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
    ]
