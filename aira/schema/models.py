"""What every model of the shared database is made of."""

from typing import Any, ClassVar, Self

from django.contrib.postgres import constraints as exclusion
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from aira.personal.masks import Personal
from aira.schema import triggers


class ExclusionConstraint(exclusion.ExclusionConstraint):
    """One that the database alone checks: a form does not know what triggers and generated columns will say."""

    def validate(self, *args: Any, **kwargs: Any) -> None:
        return


class Index(models.Index):
    """Django stops at 30 characters for other databases' sake; the original design's names are longer."""

    max_name_length = 63


class PhoneKey(models.Func):
    """A phone number's digits, the last first: see `aira/search/sql/phone_key.sql`."""

    function = "private.phone_key"
    arity = 1


class Account(Personal):
    """A user of the product, as staff may see one: a view in `console` over Supabase's `auth.users`.

    Foreign keys in the database point to `auth.users` itself; its rows are written by Supabase Auth alone.
    """

    id = models.UUIDField(primary_key=True)
    email = models.TextField(null=True)
    phone = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)
    last_sign_in_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "accounts"
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.email or self.phone or str(self.pk)


class OwnedByAccount(models.ForeignKey):
    """The tenant of a row: `user_id`, on which every row-security policy stands.

    The constraint is made in SQL (auth.users is not Django's, and ours are NOT DEFERRABLE).
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("to", "platform.Account")
        kwargs.setdefault("on_delete", models.DB_CASCADE)
        super().__init__(**{"db_constraint": False, "db_index": False, **kwargs})


class SharedModel(models.Model):
    """A table of the shared database: uuid key, `created_at`, `updated_at`, all set by the database."""

    id = models.UUIDField(
        primary_key=True,
        db_default=RandomUUID(),
        editable=False,
        help_text="Chosen by whoever inserts, else random. It never changes.",
    )
    created_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="When the row was inserted. Times are with time zone."
    )
    updated_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="When the row was last written, set by the database whatever was sent.",
    )

    class Meta:
        abstract = True
        triggers = [triggers.updated_at()]


class TrashableQuerySet[M: models.Model](models.QuerySet[M]):
    def alive(self) -> Self:
        """Rows that are not in the trash: what the other services see."""
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        return self.exclude(deleted_at=None)


class TrashableModel(SharedModel):
    """A row that a DELETE moves to the trash; a DELETE by `console` of what is there already removes it."""

    deleted_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when the row is in the trash; empty while it is alive. A DELETE sets it.",
    )

    # Each has its own, of a TrashableQuerySet.
    objects: ClassVar[Any]

    class Meta:
        abstract = True
        triggers = [triggers.updated_at(), triggers.trash()]
