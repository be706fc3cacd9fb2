from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import RequestFactory

from aira.console.models import StaffUser
from aira.personal.masks import PERSONAL, Kind, as_seen, mask, viewed_by
from aira.personal.viewer import RequestViewer
from aira.schema.models import Account
from bookings.models import Appointment

# These belong to businesses and staff, not to customers. A business prints its number on its door.
NOT_PERSONAL = {
    "businesses.business.email",
    "businesses.business.phone_number",
    "telephony.businessnumber.phone_number",
    "console.staffuser.email",
    # These belong to tables of allauth that are not used and stay empty.
    "account.emailaddress.email",
    "account.emailconfirmation.email_address",
}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "jane smith", "j••• s•••"),
        ("name", "Al", "A•••"),
        ("name", "  ", "•••"),
        ("phone", "+1 (415) 555-0123", "+1 ••• ••• 0123"),
        ("phone", "+919876543210", "+91 ••• ••• 3210"),
        ("phone", "+74951234567", "+7 ••• ••• 4567"),
        ("phone", "14155550123", "••• ••• 0123"),
        ("phone", "+15550", "•••"),
        ("phone", "anonymous", "•••"),
        ("email", "jane.smith@example.com", "j•••@example.com"),
        ("email", "jane", "•••"),
        ("email", "@example.com", "•••"),
        ("text", "Jane asked for a window seat", "•••"),
    ],
)
def test_a_mask_keeps_few_characters(kind: Kind, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


def test_each_phone_email_and_name_of_a_person_has_a_decision() -> None:
    fields = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if any(word in field.name for word in ("phone", "email", "customer_name"))
    }
    personal = {f"{label}.{field}" for label, names in PERSONAL.items() for field in names}
    assert fields - personal == NOT_PERSONAL
    for label, names in PERSONAL.items():
        assert set(names) <= {field.name for field in apps.get_model(label)._meta.fields}


@pytest.mark.parametrize(("group", "masked"), [("support", True), ("finance", True), ("operations", False)])
def test_values_are_masked_for_staff_who_may_not_see_them(
    db: None, rf: RequestFactory, django_user_model: type[StaffUser], group: str, masked: bool
) -> None:
    request: Any = rf.get("/")
    request.user = django_user_model.objects.create_user("member", is_staff=True)
    request.session = {}
    request.user.groups.add(Group.objects.get(name=group))
    with viewed_by(RequestViewer(request)):
        seen = as_seen(Account, None, "email", "jane@example.com")
        assert as_seen(Appointment, None, "customer_phone", None) is None
        assert as_seen(Appointment, None, "status", "confirmed") == "confirmed"
    assert seen == ("j•••@example.com" if masked else "jane@example.com")
