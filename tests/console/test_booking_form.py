from django.test import Client

from bookings.models import Appointment
from tests.console.test_pages import page
from tests.factories import Tenant


def test_a_second_appointment_at_the_same_time_is_refused_with_the_reason(
    console: Client, alices_tenant: Tenant
) -> None:
    taken = alices_tenant.appointment.scheduled_at
    sent = {
        "business": str(alices_tenant.business.pk), "customer_name": "Dora", "duration": "60", "source": "manual",
        "scheduled_at_0": taken.date().isoformat(), "scheduled_at_1": taken.time().isoformat("seconds"), "status": "confirmed",
    }  # fmt: skip
    answer = console.post(page(Appointment, "add"), sent)
    assert answer.status_code == 200
    said = " ".join(str(error) for error in answer.context["errors"])
    assert "The business is fully booked at that time" in said
    assert "Choose another time" in said
    assert Appointment.objects.count() == 1
