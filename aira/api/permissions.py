"""Check permissions: keys need scopes, staff need the permissions of the console."""

from typing import Any, override

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.request import Request

from aira.api.authentication import key_of
from aira.api.models import ApiKey
from aira.api.scopes import READ, scope_of


class ScopeMissing(PermissionDenied):
    """Raised if a key lacks a scope.

    Attributes:
        scope: the scope that the key would need.
    """

    default_code = "scope_missing"

    def __init__(self, key: ApiKey, scope: str) -> None:
        super().__init__(f"The key {key.name} lacks the scope {scope}. Ask an administrator for a key that has it.")
        self.scope = scope


def require_scope(key: ApiKey, scope: str | None) -> bool:
    """Return True if the key has the scope. Raises ScopeMissing otherwise."""
    if scope and not key.allows(scope):
        raise ScopeMissing(key, scope)
    return True


def may_read(request: Request, resource: Any) -> bool:
    """Tell whether the caller may read the rows of a resource, given by its viewset."""
    if (key := key_of(request)) is not None:
        return key.allows(f"{resource.resource}:{READ}")
    model = resource.queryset.model._meta
    return request.user.has_perm(f"{model.app_label}.view_{model.model_name}")


class StaffPermissions(DjangoModelPermissions):
    """Permission that asks keys for the scope of the request, and active staff for the console's permission."""

    perms_map = {
        **DjangoModelPermissions.perms_map,
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    @override
    def has_permission(self, request: Request, view: Any) -> bool:
        if (key := key_of(request)) is not None:
            return require_scope(key, scope_of(view, request.method or ""))
        if not (request.user.is_authenticated and request.user.is_active and getattr(request.user, "is_staff", False)):
            return False
        if permission := getattr(view, "staff_permission", None):
            return request.user.has_perm(permission)
        # Pages without a model, such as the schema, are open to all staff.
        if getattr(view, "queryset", None) is None:
            return True
        # A POST to one row, such as a refund, changes the row.
        method = "PATCH" if request.method == "POST" and getattr(view, "detail", False) else request.method or ""
        return request.user.has_perms(self.get_required_permissions(method, view.queryset.model))
