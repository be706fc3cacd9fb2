"""Find the services that a line of the contract affects, by the grants of their roles."""

import re
from collections.abc import Iterable

# The UI's server acts as service_role, and so does each service that has no role of its own yet.
SERVICES = {
    "anon": "UI",
    "authenticated": "UI",
    "service_role": "UI's server",
    "voice_agent": "Voice Agent",
    "kb_updater": "KB Updater",
    "console": "back office",
}
WRITES = {"INSERT", "UPDATE", "DELETE"}
EVERYBODY = list(dict.fromkeys(SERVICES.values()))
# Maps the name of a grant in the catalog to its object and role, such as "column public.wallets.id" and "console".
GRANT = re.compile(r"(\w+) public\.(.*) to (\w+)")


def services(line: str, grants: dict[str, str], contract: list[str]) -> list[str]:
    """Return the services that a line affects. line: of contract.txt. grants: before and after, by name."""
    kind, _, rest = line.partition(" ")
    if kind == "type":
        # A type affects every service that uses it in a column or a function.
        name = rest.partition(":")[0]
        users = [other for other in contract if re.search(rf"\b{name}\b", other) and not other.startswith("type ")]
        return among(role for other in users for role in roles(other, grants))
    return among(roles(line, grants))


def roles(line: str, grants: dict[str, str]) -> set[str]:
    kind, _, rest = line.partition(" ")
    held = [
        (match[1], match[2], match[3], set(text.split(", ")))
        for name, text in grants.items()
        if (match := GRANT.fullmatch(name))
    ]
    if kind == "function":
        name = rest.partition("(")[0]
        return {role for of, what, role, _ in held if of == "function" and what.partition("(")[0] == name}
    if kind == "rule":
        table = rest.split(" on ")[1].partition(":")[0].removeprefix("public.")
        of_it = [(role, rights) for of, what, role, rights in held if on(table, of, what)]
        # A table that only triggers write affects every service that reads it.
        return {role for role, rights in of_it if rights & WRITES} or {role for role, _ in of_it}
    if kind == "raised":
        # A rule can affect every writer through a trigger or a function.
        return set(SERVICES)
    table, _, column = line.split(" ")[0].partition(".")
    return {
        role
        for of, what, role, _ in held
        if (of == "table" and what == table) or (of == "column" and what == f"{table}.{column}")
    }


def on(table: str, of: str, what: str) -> bool:
    return (of == "table" and what == table) or (of == "column" and what.partition(".")[0] == table)


def among(found: Iterable[str]) -> list[str]:
    known = {SERVICES[role] for role in found if role in SERVICES}
    return [name for name in EVERYBODY if name in known]
