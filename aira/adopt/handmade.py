"""Find objects that people made by hand on the original's tables: policies, triggers, rules, views, grants.

Objects of the original design are recognised by their content, whatever their names. All other objects are listed, and
adoption stops until a person decides about them.
"""

import re
from collections.abc import Iterator
from typing import Any

from aira.adopt.difference import Difference, decide, does, stays
from aira.migrate.catalog.reference import reference

# Functions of the original. Those of its triggers are dropped with the triggers.
FUNCTIONS = (
    "update_wallet_balance",
    "notify_kb_updater_webhook",
    "update_updated_at_column",
    "validate_appointment_time",
)
# The migrations replace the policies and grants of these roles.
OURS = ("public", "anon", "authenticated", "service_role", "authenticator", "voice_agent", "kb_updater", "console")
# Expressions of the original's policies, without brackets: the owner's own rows, rows of the owner's businesses, or all
# rows for the server.
OWN = r"(?:auth\.uid = (?:\w+\.)?user_id|(?:\w+\.)?user_id = auth\.uid)"
OF = r"(?:\w+\.id = \w+\.business_id|\w+\.business_id = \w+\.id)"
OF_BUSINESS = rf"EXISTS SELECT 1 FROM business_v2(?: \w+)? WHERE (?:{OF} AND {OWN}|{OWN} AND {OF})"  # noqa: S608
IN_BUSINESSES = rf"business_id IN SELECT \w+\.id FROM business_v2(?: \w+)? WHERE {OWN}"  # noqa: S608
SERVER = r"auth\.role = 'service_role'|auth\.jwt ->> 'role' = 'service_role'"
KNOWN = re.compile(f"(?:{OWN}|{OF_BUSINESS}|{IN_BUSINESSES}|{SERVER})(?: OR (?:{OWN}|{OF_BUSINESS}|{IN_BUSINESSES}))*")
# Addresses in a function of the original differ from project to project.
ADDRESS = re.compile(r"https?://[^'\"\s]*")


def normal(expression: str) -> str:
    """Return a policy's expression in the form in which KNOWN is written."""
    text = re.sub(r"\(?\s*SELECT (auth\.\w+)\(\) AS \w+\s*\)?", r"\1()", expression)
    text = re.sub(r"::(?:text|uuid)\b|\bpublic\.", "", text)
    return re.sub(r"\s+", " ", re.sub(r"[()]", " ", text)).strip()


def policies(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    """Yield the policies of a table, with a decision for each foreign one."""
    for name, policy in live.items():
        subject, statement = f"policy {table}.{name}", "drop policy {} on public.{}"
        roles = set(policy["roles"])
        said = [normal(text) for text in (policy["using"], policy["check"]) if text is not None]
        if roles == {"service_role"} or (
            not policy["restrictive"]
            and roles <= {*OURS, "postgres"}
            and said
            and all(KNOWN.fullmatch(text) for text in said)
        ):
            yield does(subject, "belongs to the original", "is replaced", statement, name, table)
            continue
        kind = "restrictive policy" if policy["restrictive"] else "policy"
        definition = f"{kind} for {policy['command']} to {', '.join(policy['roles'])}" + "".join(
            f" {word} {policy[key]}" for word, key in (("using", "using"), ("with check", "check")) if policy[key]
        )
        says = f"does not belong to the original: {policy['command']} for {', '.join(policy['roles'])}, " + (
            " / ".join(said) or "all rows"
        )
        options = choices("policies", f"public.{table} {quoted(name)}")
        yield decide(subject, says, statement, name, table, options=options, definition=definition)


def triggers(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    """Yield the triggers of a table, with a decision for each foreign one."""
    for name, trigger in live.items():
        subject, statement = f"trigger {table}.{name}", "drop trigger {} on public.{}"
        if trigger["public"] and trigger["function"] in FUNCTIONS:
            yield does(subject, "belongs to the original", "is replaced", statement, name, table)
        else:
            says = f"calls {trigger['function']}" + ("" if trigger["enabled"] != "D" else ", and is disabled")
            options = choices("triggers", f"public.{table} {quoted(name)}")
            yield decide(subject, says, statement, name, table, options=options, definition=trigger["definition"])


def rules(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    """Yield the rewrite rules of a table. Each needs a decision."""
    for name, definition in live.items():
        yield decide(
            f"rule {table}.{name}",
            "rewrites statements: " + re.sub(r"\s+", " ", definition),
            "drop rule {} on public.{}",
            name,
            table,
            definition=definition,
        )


def grants(table: str, live: dict[str, Any], columns: dict[str, Any]) -> Iterator[Difference]:
    """Yield privileges of foreign roles on a table or its columns. Each needs a decision."""
    for role, privileges in live.items():
        if role not in OURS:
            yield decide(
                f"grant {table}.{role}",
                f"may {privileges}",
                "revoke all on public.{1} from {0}",
                role,
                table,
                options=("keep", "drop"),
            )
    for name, privileges in columns.items():
        column, _, role = name.rpartition(".")
        if role not in OURS:
            yield decide(
                f"grant {table}.{column}.{role}",
                f"may {privileges} of this column",
                "revoke all ({2}) on public.{1} from {0}",
                role,
                table,
                column,
                options=("keep", "drop"),
            )


def statistics(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    """Yield the extended statistics of a table. Each needs a decision."""
    for name, definition in live.items():
        yield decide(
            f"statistics {table}.{name}",
            f"does not belong to the original: {definition}",
            "drop statistics public.{}",
            name,
            options=("keep", "drop"),
            definition=definition,
        )


def views(live: dict[str, Any]) -> Iterator[Difference]:
    """Yield views that read the tables. Each needs a decision."""
    for name, view in live.items():
        schema, _, plain = name.partition(".")
        yield decide(
            f"view {name}",
            f"is a {view['kind']} that reads {', '.join(view['reads'])}",
            f"drop {view['kind']} if exists {{}}.{{}} cascade",
            schema.strip('"'),
            plain.strip('"'),
            options=("keep", "drop"),
        )


def functions(live: dict[str, Any], original: dict[str, str]) -> Iterator[Difference]:
    """Yield the functions that differ.

    Args:
        original: Maps a name to the source of the original's function.
    """
    for name, what in live.items():
        subject, statement = f"function {name}", "drop function " + what["is"]
        if what["used_elsewhere"]:
            yield stays(subject, f"is also used by {what['used_elsewhere']}", "stays")
        elif squeezed(what["source"]) == squeezed(original.get(name, "")):
            yield does(subject, "belongs to the original", "is replaced", statement)
        else:
            source = re.sub(r"\s+", " ", what["source"]).strip()
            yield decide(
                subject,
                f"differs from the original's function: {source[:300]}",
                statement,
                options=("replace", "drop") if name == "validate_appointment_time" else ("keep", "replace", "drop"),
                definition=what["source"],
            )


def squeezed(source: str) -> str:
    """Return a source without comments, spaces and addresses."""
    return re.sub(r"\s+", "", ADDRESS.sub("address", re.sub(r"--.*", "", source))).lower()


def name_conflicts(live: dict[str, Any], tables: tuple[str, ...]) -> Iterator[Difference]:
    """Yield objects of public that have a name which the migrations need."""
    ours = reference()
    relations = {name for name in ours["relations"] if name.startswith("public.")}
    functions = {
        name.removeprefix("public.").partition("(")[0] for name in ours["functions"] if name.startswith("public.")
    }
    for name, kind in live.items():
        if kind == "function":
            plain = name.partition("(")[0]
            if plain in functions and plain not in FUNCTIONS:
                rename = f"Rename it: ALTER FUNCTION public.{name} RENAME TO …"
                yield Difference(f"function {name}", "has a name that AiRa needs", "stop", rename)
        elif kind in ("view", "materialized view", "relation") and f"public.{name}" in relations and name not in tables:
            word = "TABLE" if kind == "relation" else kind.upper()
            rename = f"Rename it: ALTER {word} public.{name} RENAME TO …"
            yield Difference(f"{kind} {name}", "has a name that AiRa needs", "stop", rename)


def properties(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    """Yield other properties of a table: children, row security, storage options, publications."""
    for name, what in live.items():
        subject = f"{name} of {table}"
        if name == "children":
            detach = "Move the rows into the table, then ALTER TABLE … NO INHERIT."
            yield Difference(subject, f"are {what}", "stop", detach)
        elif name == "row security":
            yield does(
                subject, f"is {what}", "is on, not forced", "alter table public.{0} no force row level security", table
            )
        elif name == "options":
            yield decide(
                subject,
                f"are {what}",
                "alter table public.{} reset (" + ", ".join(part.partition("=")[0] for part in what.split(", ")) + ")",
                table,
                options=("keep", "drop"),
            )
        else:
            yield stays(subject, f"is {what}" if name != "publications" else f"are {what}")


def references(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    """Yield foreign keys of other tables to a table. They stay."""
    for name, of in live.items():
        yield stays(f"foreign key {name} of {of}", f"refers to {table}")


def choices(kind: str, name: str) -> tuple[str, ...]:
    """Return the possible answers. An object can't be kept if the migrations need its name."""
    return ("replace", "drop") if name in reference()[kind] else ("keep", "replace", "drop")


def quoted(name: str) -> str:
    """Return a name as quote_ident writes it in the catalog."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'
