"""A model field over a PostgreSQL enum type."""

from typing import Any

from django.db import models


class EnumField(models.TextField):
    """A column of an enum type of schema `public`.

    Values outside the type are refused by PostgreSQL with 22P02, whoever writes.
    """

    def __init__(self, pg_type: str, **kwargs: Any) -> None:
        self.pg_type = pg_type
        choices = kwargs.get("choices")
        # What the type is for, in one sentence: its comment in the database.
        self.type_comment = vars(choices).get("__doc__") if isinstance(choices, type) else None
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        # A migration keeps the type's name alone: the type holds the values, and labels may change without one.
        kwargs.pop("choices", None)
        return name, path, [self.pg_type, *args], kwargs

    def db_type(self, connection: Any) -> str:
        return f"public.{self.pg_type}"

    def cast_db_type(self, connection: Any) -> str:
        return f"public.{self.pg_type}"

    def get_placeholder_sql(self, value: Any, compiler: Any, connection: Any) -> tuple[str, Any]:
        # Case/When and Value() come out as text, which an enum column refuses without a cast.
        if hasattr(value, "as_sql"):
            sql, params = compiler.compile(value)
        else:
            sql, params = "%s", [value]
        return f"{sql}::public.{self.pg_type}", params
