"""Define a model field over a PostgreSQL enum type."""

from typing import Any, override

from django.db import models


class EnumField(models.TextField):
    """Column of an enum type of the schema `public`. PostgreSQL refuses other values with 22P02."""

    def __init__(self, pg_type: str, **kwargs: Any) -> None:
        self.pg_type = pg_type
        choices = kwargs.get("choices")
        # The docstring of the choices becomes the comment of the type in the database.
        self.type_comment = vars(choices).get("__doc__") if isinstance(choices, type) else None
        super().__init__(**kwargs)

    @override
    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        # Migrations keep the name of the type only. The type holds the values, and labels may change without a
        # migration.
        kwargs.pop("choices", None)
        return name, path, [self.pg_type, *args], kwargs

    @override
    def db_type(self, connection: Any) -> str:
        return f"public.{self.pg_type}"

    @override
    def cast_db_type(self, connection: Any) -> str:
        return f"public.{self.pg_type}"

    def get_placeholder_sql(self, value: Any, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Cast the value to the enum type."""
        # Case/When and Value() produce text, which an enum column refuses without a cast.
        if hasattr(value, "as_sql"):
            sql, params = compiler.compile(value)
        else:
            sql, params = "%s", [value]
        return f"{sql}::public.{self.pg_type}", params
