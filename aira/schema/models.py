"""Provide the base classes of all models."""

from typing import Any, ClassVar, Self, override

from django.contrib.postgres import constraints as exclusion
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from aira.personal.masks import Personal
from aira.schema import triggers


class ExclusionConstraint(exclusion.ExclusionConstraint):
    """Exclusion constraint that only the database checks.

    A form does not know the results of triggers and generated columns.
    """

    @override
    def validate(self, *args: Any, **kwargs: Any) -> None:
        return


class Index(models.Index):
    """Index with names of up to 63 characters. Django limits names to 30 for other databases."""

    max_name_length = 63


class PhoneKey(models.Func):
    """Digits of a phone number, the last one first. See `aira/search/sql/phone_key.sql`."""

    function = "private.phone_key"
    arity = 1


class PhoneDigits(models.Func):
    """Digits of a phone number. See `aira/search/sql/phone_digits.sql`."""

    function = "private.phone_digits"
    arity = 1


class Account(Personal):
    """Account of the product as staff may see it: a view in `console` over Supabase's `auth.users`.

    Foreign keys in the database refer to `auth.users` itself. Only Supabase Auth writes its rows.
    """

    id = models.UUIDField(primary_key=True)
    email = models.TextField(null=True, verbose_name="e-mail")
    phone = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)
    last_sign_in_at = models.DateTimeField(null=True, verbose_name="last login")

    class Meta:
        managed = False
        db_table = "accounts"
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.email or self.phone or str(self.pk)


class OwnedByAccount(models.ForeignKey):
    """Owner of a row: the column `user_id`, on which all row-security policies rely.

    The constraint is made in SQL, since Django does not manage auth.users and the project's foreign keys are
    NOT DEFERRABLE.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("to", "platform.Account")
        kwargs.setdefault("on_delete", models.DB_CASCADE)
        super().__init__(**{"db_constraint": False, "db_index": False, **kwargs})


class SharedModel(models.Model):
    """Table of the shared database. The database sets its UUID key, `created_at` and `updated_at`."""

    id = models.UUIDField(
        primary_key=True,
        db_default=RandomUUID(),
        editable=False,
        help_text="Unique id of the record, which never changes. A program that adds a record may choose it.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False, help_text="When the record was added.")
    updated_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="When the record last changed. The database sets it.",
    )

    class Meta:
        abstract = True
        triggers = [triggers.updated_at()]


class TrashableQuerySet[M: models.Model](models.QuerySet[M]):
    """Queryset of rows that can be in the trash."""

    def alive(self) -> Self:
        """Return the rows that are not in the trash. The other services see only these."""
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        """Return the rows in the trash."""
        return self.exclude(deleted_at=None)


class TrashableModel(SharedModel):
    """Table whose rows go to the trash by DELETE. A DELETE by `console` removes rows in the trash permanently."""

    deleted_at = models.DateTimeField(
        null=True,
        editable=False,
        verbose_name="in the trash since",
        help_text="When the record was deleted, which moves it to the trash. Empty if it is not in the trash.",
    )

    # Each model has its own manager, made from a TrashableQuerySet.
    objects: ClassVar[Any]

    class Meta:
        abstract = True
        triggers = [triggers.updated_at(), triggers.trash()]
