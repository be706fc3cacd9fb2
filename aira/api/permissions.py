"""Who may use the API."""

from typing import Any

from rest_framework.permissions import DjangoModelPermissions
from rest_framework.request import Request


class StaffPermissions(DjangoModelPermissions):
    """Active staff, with the same permissions as in the console; reading needs the view permission."""

    perms_map = {
        **DjangoModelPermissions.perms_map,
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    def has_permission(self, request: Request, view: Any) -> bool:
        if not (request.user.is_authenticated and request.user.is_active and getattr(request.user, "is_staff", False)):
            return False
        # Pages about no model, such as the schema, are for all staff.
        if not hasattr(view, "queryset"):
            return True
        # A POST to one row, such as a refund, changes it.
        method = "PATCH" if request.method == "POST" and getattr(view, "detail", False) else request.method or ""
        return request.user.has_perms(self.get_required_permissions(method, view.queryset.model))
