"""Who may use the API: keys by their scopes, staff by the permissions that they have in the console."""

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.request import Request

from aira.api.authentication import key_of
from aira.api.models import ApiKey
from aira.api.scopes import scope_of


class ScopeMissing(PermissionDenied):
    """scope: the one that the key would need."""

    default_code = "scope_missing"

    def __init__(self, key: ApiKey, scope: str) -> None:
        super().__init__(f"The key {key.name} lacks the scope {scope}. Have a key made that has it.")
        self.scope = scope


def require_scope(key: ApiKey, scope: str | None) -> bool:
    if scope and not key.allows(scope):
        raise ScopeMissing(key, scope)
    return True


class StaffPermissions(DjangoModelPermissions):
    """A key needs the scope of what it asks for. Active staff need the console's permission, `view` for reading."""

    perms_map = {
        **DjangoModelPermissions.perms_map,
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    def has_permission(self, request: Request, view: Any) -> bool:
        if (key := key_of(request)) is not None:
            return require_scope(key, scope_of(view, request.method or ""))
        if not (request.user.is_authenticated and request.user.is_active and getattr(request.user, "is_staff", False)):
            return False
        if permission := getattr(view, "staff_permission", None):
            return request.user.has_perm(permission)
        # Pages about no model, such as the schema, are for all staff.
        if getattr(view, "queryset", None) is None:
            return True
        # A POST to one row, such as a refund, changes it.
        method = "PATCH" if request.method == "POST" and getattr(view, "detail", False) else request.method or ""
        return request.user.has_perms(self.get_required_permissions(method, view.queryset.model))
