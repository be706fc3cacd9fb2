"""What people made by hand on the original's tables: policies, triggers, rules, views, grants.

What the original design itself has is recognised by what it says, whatever it is called. Everything else is listed,
and adoption stops until somebody decides.
"""

import re
from collections.abc import Iterator
from typing import Any

from aira.adopt.difference import Difference, decide, does, stays
from aira.migrate.catalog.reference import reference

# Functions of the original; those of its triggers go with them.
FUNCTIONS = (
    "update_wallet_balance",
    "notify_kb_updater_webhook",
    "update_updated_at_column",
    "validate_appointment_time",
)
# Roles whose policies and grants the migrations replace.
OURS = ("public", "anon", "authenticated", "service_role", "authenticator", "voice_agent", "kb_updater", "console")
# What a policy of the original says, without brackets: the owner's own rows, rows of the owner's businesses, or all
# rows for the server.
OWN = r"(?:auth\.uid = (?:\w+\.)?user_id|(?:\w+\.)?user_id = auth\.uid)"
OF = r"(?:\w+\.id = \w+\.business_id|\w+\.business_id = \w+\.id)"
OF_BUSINESS = rf"EXISTS SELECT 1 FROM business_v2(?: \w+)? WHERE (?:{OF} AND {OWN}|{OWN} AND {OF})"  # noqa: S608
IN_BUSINESSES = rf"business_id IN SELECT \w+\.id FROM business_v2(?: \w+)? WHERE {OWN}"  # noqa: S608
SERVER = r"auth\.role = 'service_role'|auth\.jwt ->> 'role' = 'service_role'"
KNOWN = re.compile(f"(?:{OWN}|{OF_BUSINESS}|{IN_BUSINESSES}|{SERVER})(?: OR (?:{OWN}|{OF_BUSINESS}|{IN_BUSINESSES}))*")
# What a function of the original does, without the address that each project has of its own.
ADDRESS = re.compile(r"https?://[^'\"\s]*")


def normal(expression: str) -> str:
    """A policy's expression in the one form that KNOWN is written in."""
    text = re.sub(r"\(?\s*SELECT (auth\.\w+)\(\) AS \w+\s*\)?", r"\1()", expression)
    text = re.sub(r"::(?:text|uuid)\b|\bpublic\.", "", text)
    return re.sub(r"\s+", " ", re.sub(r"[()]", " ", text)).strip()


def policies(table: str, live: dict[str, Any]) -> Iterator[Difference]:
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
            yield does(subject, "is the original's", "is replaced", statement, name, table)
            continue
        kind = "restrictive policy" if policy["restrictive"] else "policy"
        definition = f"{kind} for {policy['command']} to {', '.join(policy['roles'])}" + "".join(
            f" {word} {policy[key]}" for word, key in (("using", "using"), ("with check", "check")) if policy[key]
        )
        says = f"is not the original's: {policy['command']} for {', '.join(policy['roles'])}, " + (
            " / ".join(said) or "all rows"
        )
        options = choices("policies", f"public.{table} {quoted(name)}")
        yield decide(subject, says, statement, name, table, options=options, definition=definition)


def triggers(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    for name, trigger in live.items():
        subject, statement = f"trigger {table}.{name}", "drop trigger {} on public.{}"
        if trigger["public"] and trigger["function"] in FUNCTIONS:
            yield does(subject, "is the original's", "is replaced", statement, name, table)
        else:
            says = f"calls {trigger['function']}" + ("" if trigger["enabled"] != "D" else ", and is disabled")
            options = choices("triggers", f"public.{table} {quoted(name)}")
            yield decide(subject, says, statement, name, table, options=options, definition=trigger["definition"])


def rules(table: str, live: dict[str, Any]) -> Iterator[Difference]:
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
    for name, definition in live.items():
        yield decide(
            f"statistics {table}.{name}",
            f"is not the original's: {definition}",
            "drop statistics public.{}",
            name,
            options=("keep", "drop"),
            definition=definition,
        )


def views(live: dict[str, Any]) -> Iterator[Difference]:
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
    """original: name → the source of the original's function."""
    for name, what in live.items():
        subject, statement = f"function {name}", "drop function " + what["is"]
        if what["used_elsewhere"]:
            yield stays(subject, f"is used by {what['used_elsewhere']} too", "is left as it is")
        elif squeezed(what["source"]) == squeezed(original.get(name, "")):
            yield does(subject, "is the original's", "is replaced", statement)
        else:
            source = re.sub(r"\s+", " ", what["source"]).strip()
            yield decide(
                subject,
                f"does not do what the original's does: {source[:300]}",
                statement,
                options=("replace", "drop") if name == "validate_appointment_time" else ("keep", "replace", "drop"),
                definition=what["source"],
            )


def squeezed(source: str) -> str:
    """Without comments, spaces and addresses."""
    return re.sub(r"\s+", "", ADDRESS.sub("address", re.sub(r"--.*", "", source))).lower()


def taken(live: dict[str, Any], tables: tuple[str, ...]) -> Iterator[Difference]:
    """Names of public that the migrations need and somebody else has."""
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
                yield Difference(f"function {name}", "is called as one of ours will be", "stop", rename)
        elif kind in ("view", "materialized view", "relation") and f"public.{name}" in relations and name not in tables:
            word = "TABLE" if kind == "relation" else kind.upper()
            rename = f"Rename it: ALTER {word} public.{name} RENAME TO …"
            yield Difference(f"{kind} {name}", "is called as one of ours will be", "stop", rename)


def properties(table: str, live: dict[str, Any]) -> Iterator[Difference]:
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
    for name, of in live.items():
        yield stays(f"foreign key {name} of {of}", f"refers to {table}")


def choices(kind: str, name: str) -> tuple[str, ...]:
    """An object whose name ours will need can't be kept."""
    return ("replace", "drop") if name in reference()[kind] else ("keep", "replace", "drop")


def quoted(name: str) -> str:
    """Return a name as quote_ident writes it in the catalog."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'
