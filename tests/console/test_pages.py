import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.forms import MultiWidget
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aira.adminkit.trashable import TrashableAdmin
from aira.outbox.models import ServiceEndpoint
from billing.models import Transaction, Wallet
from bookings.models import Appointment, BookingRules
from businesses.models import Business
from telephony.models import BusinessNumber
from tests.factories import Tenant

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def page(model: type, name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def form_of(console: Client, url: str) -> dict[str, Any]:
    """Return the form's values as a browser would send them back unchanged."""
    context = console.get(url).context
    form = context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent: dict[str, Any] = {"seen": context.get("seen")} if context.get("seen") is not None else {}
    for name, value in values.items():
        if isinstance(form.fields[name].widget, MultiWidget) and not hasattr(value, "isoformat"):
            widget = form.fields[name].widget
            parts = zip(widget.widgets_names, widget.decompress(value), strict=True)
            sent |= {f"{name}{part}": text for part, text in parts if text}
            continue
        value = form.fields[name].prepare_value(value) if value is not None else None
        if hasattr(value, "isoformat"):
            sent |= {f"{name}_0": value.date().isoformat(), f"{name}_1": value.time().isoformat("seconds")}
        elif value is True or (value not in (None, False)):
            sent[name] = value
    for formset in context["inline_admin_formsets"]:
        for field in formset.formset.management_form.visible_fields() + formset.formset.management_form.hidden_fields():
            sent[field.html_name] = field.value() or 0
    return sent


def delete_url(console: Client, row: Any) -> str:
    """Return the address behind the button “Delete”."""
    return str(console.get(page(type(row), "change", row.pk)).context["delete_link"])


def errors_on(response: Any) -> str:
    assert response.status_code == 200, response
    return re.sub(r"\s+", " ", " ".join(str(error) for error in response.context["errors"]))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_opens_with_rows_on_it(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant, model: type
) -> None:
    assert console.get(page(model, "changelist")).status_code == 200
    assert console.get(page(model, "changelist"), {"q": "shop +1415"}).status_code == 200
    # Staff are invited instead.
    assert console.get(page(model, "add")).status_code in (200, 302, 403)
    row = model._default_manager.first()
    if row is not None:
        assert console.get(page(model, "change", row.pk)).status_code == 200
        assert console.get(page(model, "history", row.pk), follow=True).status_code == 200
        assert console.get(page(model, "delete", row.pk), follow=True).status_code in (200, 403)


@pytest.mark.parametrize("model", [Business, BusinessNumber, Appointment, Transaction, Wallet])
def test_a_list_needs_as_many_queries_for_many_rows_as_for_one(
    console: Client, alices_tenant: Tenant, alice: Any, model: type
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            console.get(page(model, "changelist"))
        return len(captured)

    before = queries()
    Appointment.objects.bulk_create(
        Appointment(business=alices_tenant.business, customer_name=str(n), scheduled_at=f"2031-12-01T1{n}:00Z")
        for n in range(5)
    )
    Business.objects.bulk_create(Business(user_id=alice, name=str(n), business_type="retail") for n in range(5))
    Transaction.objects.bulk_create(
        Transaction(user_id=alice, amount=1, currency="USD", type="credit") for n in range(5)
    )
    BusinessNumber.objects.bulk_create(
        BusinessNumber(
            business=alices_tenant.business, user_id=alice, phone_number=f"+49301{n}", display_name="x",
            country_code="DE", number_type="local",
        )
        for n in range(5)
    )  # fmt: skip
    assert queries() <= before


def test_anonymous_visitors_get_the_login_page(client: Client, db: None) -> None:
    for model in MODELS:
        response = client.get(page(model, "changelist"))
        assert response.status_code == 302
        assert "/login/" in response.url


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"phone_number": "0415 555"}, "business_phone_is_e164"),
        ({"timezone": "Mars/Olympus"}, "business_time_zone_is_iana"),
        ({"name": "   "}, "“Name” is empty. Fill it in."),
        ({"business_type": "circus"}, "“circus” is not one of the choices for “Business type”"),
    ],
)
def test_a_business_that_breaks_a_rule_is_explained_and_not_stored(
    console: Client, alices_tenant: Tenant, change: dict[str, str], rule: str
) -> None:
    business = alices_tenant.business
    url = page(Business, "change", business.pk)
    response = console.post(url, form_of(console, url) | change)
    assert rule in errors_on(response)
    name, typed = next(iter(change.items()))
    assert typed.strip() in response.content.decode().replace("&quot;", '"')
    business.refresh_from_db()
    assert typed != str(getattr(business, name, ""))


def test_a_valid_change_is_stored(console: Client, alices_tenant: Tenant) -> None:
    url = page(Business, "change", alices_tenant.business.pk)
    sent = form_of(console, url) | {"name": "Corner Café", "timezone": "Europe/Berlin", "email": ""}
    assert console.post(url, sent).status_code == 302
    alices_tenant.business.refresh_from_db()
    assert (alices_tenant.business.name, alices_tenant.business.email) == ("Corner Café", None)


def test_a_new_business_gets_the_hours_that_staff_type(console: Client, alice: Any) -> None:
    url = page(Business, "add")
    sent = form_of(console, url) | {"user": str(alice), "name": "New Shop", "business_type": "retail"}
    sent |= {"timezone": "UTC", "is_active": "on"}
    assert "is not a time range" in errors_on(console.post(url, sent | {"business_hours_mon": "always"}))
    overlapping = sent | {"business_hours_mon": "09:00-12:00, 11:00-13:00"}
    assert "business_hours_valid" in errors_on(console.post(url, overlapping))
    hours = {"business_hours_fri": "22:00-02:00", "business_hours_special": "2026-12-25 closed"}
    assert console.post(url, sent | hours).status_code == 302
    business = Business.objects.get(name="New Shop")
    assert business.business_hours == {"weekly": {"fri": [["22:00", "02:00"]]}, "special": {"2026-12-25": []}}
    text = console.get(page(Business, "change", business.pk)).content.decode()
    for shown in (
        "Fri 22:00-02:00",
        "Sat closed",
        "Fri 25 Dec 2026 closed",
        reverse("business-hours", args=[business.pk]),
    ):
        assert shown in text


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"monthly_cost": "-1"}, "number_cost_not_negative"),
        ({"monthly_cost": "NaN"}, "amount"),
        ({"capabilities": "video"}, "“video” is not one of the choices for “Capabilities”"),
        ({"number_type": "satellite"}, "satellite"),
        ({"phone_number": "12"}, "number_is_e164"),
        ({"voice_url": "https://app.aira.example/voice"}, "voice_url_is_voice_agent"),
    ],
)
def test_a_number_that_breaks_a_rule_is_explained_and_not_stored(
    console: Client, alices_tenant: Tenant, change: dict[str, str], rule: str
) -> None:
    ServiceEndpoint.objects.create(name="voice_agent", base_url="https://voice.aira.example/calls")
    url = page(BusinessNumber, "change", alices_tenant.number.pk)
    response = console.post(url, form_of(console, url) | change)
    assert rule in errors_on(response)
    before = alices_tenant.number.updated_at
    alices_tenant.number.refresh_from_db()
    assert alices_tenant.number.updated_at == before


def test_a_number_cannot_move_to_another_tenants_business(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    url = page(BusinessNumber, "change", alices_tenant.number.pk)
    response = console.post(url, form_of(console, url) | {"business": str(bobs_tenant.business.pk)})
    assert "number_in_own_business" in errors_on(response)


def test_an_appointment_in_a_trashed_business_is_refused(console: Client, alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk)._raw_delete("default")
    sent = {"business_id": alices_tenant.business.pk, "customer_name": "Dora", "day": "2026-12-01", "time": "10:00"}
    answer = console.post(page(Appointment, "add"), sent | {"duration": 30, "do": "book"})
    [said] = [str(message) for message in answer.context["messages"]]
    assert said == "Nothing was booked. The business does not exist or is in the trash."
    assert not Appointment.objects.filter(customer_name="Dora").exists()


def test_a_second_row_of_booking_rules_is_explained(console: Client, alices_tenant: Tenant) -> None:
    url = page(BookingRules, "add")
    sent = form_of(console, url) | {"business": alices_tenant.business.pk, "capacity": 2, "max_days_ahead": 30}
    sent |= {"buffer_before": 0, "buffer_after": 0, "min_notice": 0}
    assert "booking_rules_once_per_business" in errors_on(console.post(url, sent))


def test_staff_trash_restore_and_permanently_remove_a_business(console: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    response = console.post(delete_url(console, business), {"post": "yes"}, follow=True)
    assert "was moved to the trash" in response.content.decode()
    assert Business.objects.trashed().filter(pk=business.pk).exists()
    assert Appointment.objects.trashed().count() == 1
    assert "Corner Shop" not in console.get(page(Business, "changelist")).content.decode()
    assert "Corner Shop" in console.get(page(Business, "changelist"), {"trash": "only"}).content.decode()

    assert console.post(page(Business, "do", business.pk, "restore")).status_code == 302
    assert Business.objects.alive().filter(pk=business.pk).exists()
    assert Appointment.objects.alive().count() == 1

    for _ in range(2):
        assert console.post(delete_url(console, business), {"post": "yes"}).status_code == 302
    assert not Business.objects.filter(pk=business.pk).exists()


def test_a_delete_that_the_database_refuses_is_explained_and_changes_nothing(
    console: Client, alices_tenant: Tenant, monkeypatch: Any
) -> None:
    business = alices_tenant.business
    delete = TrashableAdmin.delete_model

    def delete_and_break_a_rule(self: Any, request: Any, obj: Any) -> None:
        delete(self, request, obj)
        Business.objects.filter(pk=obj.pk).update(phone_number="0415 555")

    monkeypatch.setattr(TrashableAdmin, "delete_model", delete_and_break_a_rule)
    response = console.post(delete_url(console, business), {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(page(Business, "change", business.pk), 302)]
    assert "business_phone_is_e164" in response.content.decode()
    assert Business.objects.alive().filter(pk=business.pk).exists()


def test_restoring_a_row_whose_value_is_taken_is_explained(console: Client, alices_tenant: Tenant) -> None:
    first = alices_tenant.appointment
    Appointment.objects.filter(pk=first.pk).update(external_id="CA1")
    Appointment.objects.filter(pk=first.pk)._raw_delete("default")
    Appointment.objects.create(
        business=alices_tenant.business, customer_name="Dora", scheduled_at="2031-12-01T10:00Z", external_id="CA1"
    )
    response = console.post(page(Appointment, "do", first.pk, "restore"))
    assert "appointment_external_id_once" in response.content.decode()


def test_a_top_up_is_posted_on_completion_and_balances_are_not_inputs(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    sent = {"user": str(alice), "amount": "10", "currency": "USD", "type": "credit", "metadata": "{}"}
    assert console.post(page(Transaction, "add"), sent).status_code == 302
    assert Transaction.objects.filter(status="pending", amount=10).count() == 1
    form = console.get(page(Wallet, "change", alices_tenant.wallet.pk)).context["adminform"].form
    assert set(form.fields) == {"currency", "is_active"}


def test_staff_without_permission_are_refused(client: Client, alices_tenant: Tenant) -> None:
    from aira.console.models import StaffUser

    client.force_login(StaffUser.objects.create_user("new", password="correct horse", is_staff=True))
    for model in MODELS:
        assert client.get(page(model, "changelist")).status_code == 403
        assert client.post(page(model, "add"), {}).status_code == 403
