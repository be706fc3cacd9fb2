"""Define triggers in `Meta.triggers`: django-pgtrigger with a hardened template.

Differences from the stock template: functions are in the unexposed schema `private` with an empty search_path, no role
has EXECUTE on them, `SECURITY DEFINER` is an option, and no session can disable a trigger by setting
`pgtrigger.ignore`. The templates are frozen like a migration, since earlier migrations use them.
"""

from typing import Any, override

import pgtrigger
from django.db import models
from pgtrigger import compiler

CREATE_TRIGGER = """
    DROP TRIGGER IF EXISTS {pgid} ON {table};
    CREATE {constraint} TRIGGER {pgid}
        {when} {operation} ON {table}
        {timing}
        {referencing}
        FOR EACH {level} {condition}
        EXECUTE FUNCTION {execute};
    COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
"""

CREATE_FUNCTION = """
    CREATE OR REPLACE FUNCTION private.{pgid}() RETURNS trigger
    LANGUAGE plpgsql %s SET search_path = ''
    AS $pgtrigger$
    {declare}
    BEGIN
        {func}
    END $pgtrigger$;
    REVOKE ALL ON FUNCTION private.{pgid}() FROM PUBLIC;
"""


class InvokerTriggerSql(compiler.UpsertTriggerSql):
    """Trigger function with the rights of the role that changes the row."""

    @override
    def get_template(self) -> str:
        return CREATE_FUNCTION % "SECURITY INVOKER" + CREATE_TRIGGER


class DefinerTriggerSql(compiler.UpsertTriggerSql):
    """Trigger function with the rights of the schema's owner, who bypasses row security."""

    @override
    def get_template(self) -> str:
        return CREATE_FUNCTION % "SECURITY DEFINER" + CREATE_TRIGGER


class SharedFunctionTriggerSql(compiler.UpsertTriggerSql):
    """Trigger with a function of `sql/` that several triggers share. An earlier migration creates it."""

    @override
    def get_template(self) -> str:
        return CREATE_TRIGGER


class CompiledTrigger(compiler.Trigger):
    """Trigger as a migration stores it. Its removal also removes its function."""

    @override
    @property
    def uninstall_sql(self) -> str:
        drop = super().uninstall_sql
        if isinstance(self.sql, SharedFunctionTriggerSql):
            return drop
        return f"{drop} DROP FUNCTION IF EXISTS private.{self.sql.pgid}();"


class Trigger(pgtrigger.Trigger):
    """Trigger with its body in `func`, or with a shared function, `calls="private.name('argument')"`.

    Attributes:
        definer: run `func` as the owner of the schema. Explain why at each use, and check whose data it changes.
    """

    def __init__(self, *, calls: str | None = None, definer: bool = False, **kwargs: Any) -> None:
        if (calls is None) == (kwargs.get("func") is None):
            raise ValueError("Set either func or calls.")
        self.calls = calls
        self.definer = definer
        # django-pgtrigger refuses transition tables for a row-level trigger. PostgreSQL allows them.
        referencing = kwargs.pop("referencing", None)
        super().__init__(**kwargs)
        self.referencing = referencing

    @override
    def compile(self, model: type[models.Model]) -> CompiledTrigger:
        pgid = self.get_pgid(model)
        own_function = DefinerTriggerSql if self.definer else InvokerTriggerSql
        kind: type[compiler.UpsertTriggerSql] = SharedFunctionTriggerSql if self.calls else own_function
        return CompiledTrigger(
            name=self.name,
            sql=kind(
                ignore_func_name="",
                pgid=pgid,
                declare=self.render_declare(model),
                func="" if self.calls else self.render_func(model),
                table=model._meta.db_table,
                constraint="CONSTRAINT" if self.timing else "",
                when=self.when,
                operation=self.operation,
                timing=f"DEFERRABLE INITIALLY {self.timing}" if self.timing else "",
                referencing=self.referencing or "",
                level=self.level,
                condition=self.render_condition(model),
                execute=self.calls or f"private.{pgid}()",
            ),
        )


def updated_at(*columns: str) -> Trigger:
    """Return the trigger that sets `updated_at` to the time of the last write.

    Args:
        columns: the columns that roles may write, if other columns are written by a trigger that also sets
            `updated_at`.
    """
    return Trigger(
        name="updated_at",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | (pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update),
        calls="private.set_updated_at()",
    )


def audited(*unrecorded: str, updates_of: tuple[str, ...] = ()) -> Trigger:
    """Return the trigger that records each change with its actor.

    See `aira/audit/sql/record_change.sql`.

    Args:
        unrecorded: columns whose changes are not recorded.
        updates_of: if given, only updates of these columns are recorded.
    """
    update = pgtrigger.UpdateOf(*updates_of) if updates_of else pgtrigger.Update
    columns = ", ".join(f"'{column}'" for column in ("updated_at", *unrecorded))
    return Trigger(
        name="audit",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | update | pgtrigger.Delete,
        calls=f"private.record_change({columns})",
    )


def trash() -> Trigger:
    """Return the trigger that moves deleted rows to the trash.

    See `aira/schema/sql/move_to_trash.sql`.

    Its name sorts last: PostgreSQL fires triggers by name, so rows that other BEFORE DELETE triggers refuse stay.
    """
    return Trigger(
        name="zz_trash",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        calls="private.move_to_trash()",
    )
