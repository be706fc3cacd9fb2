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
        return not hasattr(view, "queryset") or super().has_permission(request, view)
