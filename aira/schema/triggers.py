"""Triggers in `Meta.triggers`: django-pgtrigger with a hardened template.

Against the stock template: functions live in the unexposed schema `private` with an empty search_path, nobody holds
EXECUTE on them, `SECURITY DEFINER` can be asked for, and no session can switch a trigger off by setting
`pgtrigger.ignore`. The templates are frozen like a migration: earlier migrations render through them.
"""

from typing import Any

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
    """The function runs with the rights of whoever changes the row."""

    def get_template(self) -> str:
        return CREATE_FUNCTION % "SECURITY INVOKER" + CREATE_TRIGGER


class DefinerTriggerSql(compiler.UpsertTriggerSql):
    """The function runs with the rights of the schema's owner, past row security."""

    def get_template(self) -> str:
        return CREATE_FUNCTION % "SECURITY DEFINER" + CREATE_TRIGGER


class SharedFunctionTriggerSql(compiler.UpsertTriggerSql):
    """The function is one of `sql/`, shared by several triggers; the migration that adds it comes first."""

    def get_template(self) -> str:
        return CREATE_TRIGGER


class CompiledTrigger(compiler.Trigger):
    """What a migration stores; removing it removes its function too."""

    @property
    def uninstall_sql(self) -> str:
        drop = super().uninstall_sql
        if isinstance(self.sql, SharedFunctionTriggerSql):
            return drop
        return f"{drop} DROP FUNCTION IF EXISTS private.{self.sql.pgid}();"


class Trigger(pgtrigger.Trigger):
    """A trigger with its body in `func`, or with a shared function, `calls="private.name('argument')"`.

    definer: run `func` as the owner of the schema. Say why where it is used, and check there whose data it touches.
    """

    def __init__(self, *, calls: str | None = None, definer: bool = False, **kwargs: Any) -> None:
        if (calls is None) == (kwargs.get("func") is None):
            raise ValueError("Give either func or calls.")
        self.calls = calls
        self.definer = definer
        super().__init__(**kwargs)

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
    """`updated_at` is the time of the last write, whoever writes and whatever they sent.

    columns: the only ones that a role may write, where a trigger writes the others and `updated_at` with them.
    """
    return Trigger(
        name="updated_at",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | (pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update),
        calls="private.set_updated_at()",
    )


def audited(*unrecorded: str, updates_of: tuple[str, ...] = ()) -> Trigger:
    """Every change is written to the audit, with who made it; see `aira/audit/sql/record_change.sql`.

    unrecorded: columns whose changes are no event; updates_of: the only ones whose changes are.
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
    """A deleted row goes to the trash; see `aira/schema/sql/move_to_trash.sql`.

    The name sorts last: PostgreSQL fires triggers by name, and what other BEFORE DELETE triggers refuse stays.
    """
    return Trigger(
        name="zz_trash",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        calls="private.move_to_trash()",
    )
