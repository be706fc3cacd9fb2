from typing import Any

import pytest
from django.db import DataError, transaction
from django.db.models import Case, F, Value, When

from bookings.models import Appointment
from tests.factories import Tenant


def test_an_enum_column_is_filtered_ordered_and_updated_like_any_other(alices_tenant: Tenant) -> None:
    rows = Appointment.objects.filter(pk=alices_tenant.appointment.pk)
    assert rows.filter(status="confirmed", source__in=["manual", "web"]).exists()
    assert rows.filter(status__startswith="conf").exists()
    rows.update(status=Case(When(duration=60, then=Value("completed")), default=Value("no_show")))
    assert rows.get().status == "completed"
    rows.update(status=F("status"))
    appointment: Any = rows.get()
    appointment.status = "cancelled"
    Appointment.objects.bulk_update([appointment], ["status"])
    assert rows.get().status == "cancelled"


def test_a_value_outside_the_type_is_refused(alices_tenant: Tenant) -> None:
    with pytest.raises(DataError) as refused, transaction.atomic():
        Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(status="perhaps")
    assert refused.value.__cause__.sqlstate == "22P02"
