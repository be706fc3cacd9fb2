"""Write the file of `supabase gen types typescript` for supabase-js."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from aira.devtools.types.catalog import Catalog, Column, Function, Relation, Value

HEAD = """\
// Written by `manage.py types` from a migrated database. A test compares them. Pass it to supabase-js:
//
//     createClient<Database>(url, key)
//
// The lines above a table list the columns that each role may select, insert and update. Other columns are refused
// with 42501. Columns that no role can write are `never`. Amounts are numeric(10,2), which JSON carries as a number:
// convert them to cents before you add them up.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

"""
TAIL = """\

type Public = Database["public"]

export type Tables<Name extends keyof (Public["Tables"] & Public["Views"])> =
  (Public["Tables"] & Public["Views"])[Name]["Row"]
export type TablesInsert<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Insert"]
export type TablesUpdate<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Update"]
export type Enums<Name extends keyof Public["Enums"]> = Public["Enums"][Name]
"""
NAMES = {
    "boolean": "boolean",
    "integer": "number",
    "bigint": "number",
    "numeric": "number",
    "real": "number",
    "jsonb": "Json",
    "tsvector": "unknown",
}
STRINGS = {"text", "uuid", "date", "bytea", "timestamp with time zone"}


def typescript(catalog: Catalog) -> str:
    """Return the TypeScript file."""
    writer = Writer(catalog)
    return HEAD + "\n".join([*writer.database(), TAIL, *writer.constants()]) + "\n"


class Writer:
    """Writer of the TypeScript file."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def database(self) -> Iterator[str]:
        """Yield the type of the database."""
        yield "export type Database = {"
        yield "  public: {"
        yield "    Tables: {"
        for table in self.catalog.tables:
            yield from self.relation(table)
        yield "    }"
        yield "    Views: {"
        for view in self.catalog.views:
            yield from self.relation(view)
        yield "    }"
        yield "    Functions: {"
        for function in self.catalog.functions:
            yield from self.function(function)
        yield "    }"
        yield "    Enums: {"
        for name, labels in self.catalog.enums.items():
            yield from doc_comment(self.catalog.comments[name], 6)
            yield f"      {name}: {' | '.join(map(quoted, labels))}"
        yield "    }"
        yield "    CompositeTypes: { [_ in never]: never }"
        yield "  }"
        yield "}"

    def constants(self) -> Iterator[str]:
        """Yield the labels of the enums as values, for example for a select box."""
        yield "export const Constants = {"
        yield "  public: {"
        yield "    Enums: {"
        for name, labels in self.catalog.enums.items():
            yield f"      {name}: [{', '.join(map(quoted, labels))}],"
        yield "    },"
        yield "  },"
        yield "} as const"

    def relation(self, relation: Relation) -> Iterator[str]:
        """Yield the types of a table or view."""
        yield "      /**"
        for line in relation.comment.splitlines():
            yield from wrap(line, 112, initial_indent="       * ", subsequent_indent="       * ")
        if relation.comment:
            yield "       *"
        for line in relation.grants():
            yield from wrap(line, 112, initial_indent="       * ", subsequent_indent="       *   ")
        yield "       */"
        yield f"      {relation.name}: {{"
        yield "        Row: {"
        for column in relation.columns:
            yield from doc_comment(column.comment, 10)
            yield f"          {column.name}: {self.type(column.type, column.nullable)}"
        yield "        }"
        if not relation.is_view:
            yield from self.members("Insert", self.inserted(relation))
            yield from self.members("Update", self.updated(relation))
        yield "        Relationships: ["
        for other in relation.relationships:
            yield "          {"
            yield f"            foreignKeyName: {quoted(other.name)}"
            yield f"            columns: [{', '.join(map(quoted, other.columns))}]"
            yield f"            isOneToOne: {str(other.one_to_one).lower()}"
            yield f"            referencedRelation: {quoted(other.other)}"
            yield f"            referencedColumns: [{', '.join(map(quoted, other.other_columns))}]"
            yield "          },"
        yield "        ]"
        yield "      }"

    def members(self, name: str, members: Iterable[str]) -> Iterator[str]:
        """Yield an object type."""
        yield f"        {name}: {{"
        for member in members:
            yield f"          {member}"
        yield "        }"

    def inserted(self, relation: Relation) -> Iterator[str]:
        """Yield the members of an insert."""
        for column in relation.columns:
            yield self.written(column, column.inserted, column.optional)

    def updated(self, relation: Relation) -> Iterator[str]:
        """Yield the members of an update."""
        for column in relation.columns:
            yield self.written(column, column.updated, True)

    def written(self, column: Column, possible: bool, optional: bool) -> str:
        """Return a member, which is `never` if no role can write it."""
        if not possible:
            return f"{column.name}?: never"
        return f"{column.name}{'?' if optional else ''}: {self.type(column.type, column.nullable)}"

    def function(self, function: Function) -> Iterator[str]:
        """Yield the type of a function."""
        yield from doc_comment(f"{function.comment}\n\n{', '.join(function.callers)}".strip(), 6)
        yield f"      {function.name}: {{"
        if function.arguments:
            yield from self.members("Args", map(self.argument, function.arguments))
        else:
            yield "        Args: never"
        if function.columns:
            yield "        Returns: {"
            for column in function.columns:
                yield f"          {column.name}: {self.type(column.type, column.nullable)}"
            yield "        }[]"
        else:
            yield f"        Returns: {self.answer(function, function.answer)}"
            if self.is_row(function.answer):
                # supabase-js uses this to type the columns selected from the result, and .single().
                yield from self.members(
                    "SetofOptions",
                    (
                        'from: "*"',
                        f"to: {quoted(function.answer.type)}",
                        f"isOneToOne: {str(not function.many).lower()}",
                        f"isSetofReturn: {str(function.many).lower()}",
                    ),
                )
        yield "      }"

    def argument(self, value: Value) -> str:
        """Return a member of the arguments."""
        # An argument that may be null has a default and can be left out.
        return f"{value.name}{'?' if value.optional else ''}: {self.given(value.type)}"

    def given(self, name: str) -> str:
        """Return the type of a value that a caller passes."""
        return "Json" if name == "jsonb" else self.type(name, nullable=False)

    def is_row(self, value: Value) -> bool:
        """Tell whether a result is a row of a table."""
        return any(table.name == value.type for table in self.catalog.tables)

    def answer(self, function: Function, value: Value) -> str:
        """Return the type of a result."""
        if self.is_row(value):
            return f'Database["public"]["Tables"]["{value.type}"]["Row"]' + ("[]" if function.many else "")
        return self.type(value.type, value.nullable)

    def type(self, name: str, nullable: bool) -> str:
        """Return the type of a value."""
        if name in self.catalog.enums:
            found = f'Database["public"]["Enums"]["{name}"]'
        else:
            found = "string" if name in STRINGS else NAMES[name]
        if found == "Json" and not nullable:
            # Json includes null.
            return "NonNullable<Json>"
        return f"{found} | null" if nullable and found != "unknown" else found


def doc_comment(comment: str, indent: int) -> Iterator[str]:
    """Yield a doc comment, in one line if possible."""
    margin = " " * indent
    text = comment.replace("*/", "*\u200b/")
    if text and "\n" not in text and len(text) <= 105 - indent:
        yield f"{margin}/** {text} */"
    elif text:
        yield f"{margin}/**"
        for line in text.splitlines():
            yield from wrap(line, 112, initial_indent=f"{margin} * ", subsequent_indent=f"{margin} * ") or [
                f"{margin} *"
            ]
        yield f"{margin} */"


def quoted(text: str) -> str:
    """Return a string literal."""
    return f'"{text}"'
