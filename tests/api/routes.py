"""List every route of the API from the router, for tests that send the same request to each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aira.api.urls import router
from tests.factories import Tenant

UNKNOWN = "00000000-0000-4000-8000-000000000000"
THINGS = {
    "businesses": "business",
    "numbers": "number",
    "wallets": "wallet",
    "transactions": "transaction",
    "ledger-entries": "entry",
    "payments": "payment",
    "payment-facts": "fact",
    "appointments": "appointment",
    "booking-rules": "rules",
    "documents": "document",
}


@dataclass(frozen=True)
class Route:
    """Describe a route. path: below /api/v1/, with `{pk}` where it addresses one row. name: what people call it."""

    method: str
    path: str
    action: str
    view: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, tenant: Tenant, **keys: str) -> str:
        """Name resources whose rows are not objects."""
        resource = self.path.partition("/")[0]
        row = getattr(tenant, THINGS[resource]).pk if resource in THINGS else keys.get(resource, UNKNOWN)
        return f"/api/v1/{self.path.format(pk=row)}"


def routes() -> Iterator[Route]:
    for prefix, view, _ in router.registry:
        for route in router.get_routes(view):
            path = route.url.replace("^", "").replace("$", "").format(prefix=prefix, lookup="{pk}", trailing_slash="/")
            for method, action in router.get_method_map(view, route.mapping).items():
                yield Route(method, path.lstrip("/"), action, view)


def writes() -> list[Route]:
    return [route for route in routes() if route.method in ("post", "patch", "put", "delete")]


def reads() -> list[Route]:
    return [route for route in routes() if route.method == "get"]
