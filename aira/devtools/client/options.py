"""Choose the TypedDict of a method's arguments. Methods share what many of them take."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aira.devtools.client.description import Member, Method

# Arguments of the shared options, and the methods of HTTP that use them. A method uses the first that it has.
SHARED = {
    "ActionOptions": (("reason", "idempotency_key", "if_match", "request_id"), ("POST",)),
    "RowOptions": (("idempotency_key", "if_match", "request_id"), ("POST",)),
    "PostOptions": (("idempotency_key", "request_id"), ("POST",)),
    "ChangeOptions": (("if_match", "request_id"), ("PATCH", "DELETE")),
    "Options": (("request_id",), ("GET",)),
}
TEXTS = {
    "ActionOptions": "Arguments of actions on one row.",
    "RowOptions": "Arguments of each POST about one row.",
    "PostOptions": "Arguments of each POST.",
    "ChangeOptions": "Arguments of each update and deletion.",
    "Options": "Arguments of each call.",
}


@dataclass(frozen=True)
class Options:
    """A TypedDict. Without members of its own, a method takes its base."""

    name: str
    base: str
    members: list[Member]
    text: str


def shared(methods: Iterable[Method]) -> Iterator[Options]:
    """Yield the shared options, with each member as most methods declare it."""
    found = [(method.verb, {member.name: member for member in method.arguments}) for method in methods]
    for name, (wanted, verbs) in SHARED.items():
        having = [arguments for verb, arguments in found if verb in verbs and arguments.keys() >= set(wanted)]
        members = [most_common(arguments[one] for arguments in having) for one in wanted]
        yield Options(name, "TypedDict", members, TEXTS[name])


def most_common(members: Iterable[Member]) -> Member:
    """Return the member that is declared most often."""
    known = list(members)
    [(wanted, _)] = Counter(member.declares() for member in known).most_common(1)
    return next(member for member in known if member.declares() == wanted)


def options_of(method: Method, known: list[Options]) -> Options:
    """Return the options of a method."""
    arguments = {member.declares(): member for member in method.arguments}
    for one in known:
        inherited = {member.declares(): member for member in one.members}
        if inherited.keys() <= arguments.keys():
            own = [member for key, member in arguments.items() if key not in inherited]
            return Options(method.own_options, one.name, own, f"Arguments of `{method.operation}`.")
    return Options(method.own_options, "TypedDict", list(arguments.values()), f"Arguments of `{method.operation}`.")
