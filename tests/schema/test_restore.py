"""Test what can be restored from the trash, and the errors for the rest."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from bookings.models import Appointment
from businesses.models import Business
from telephony.models import BusinessNumber
from tests.adminkit.test_bulk import choose, do
from tests.database import Database
from tests.factories import Tenant
from tests.tenant_rows import Rows


def trash(row: Any) -> None:
    type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_the_api_moves_rows_to_the_trash_and_restores_them(api: APIClient, alices_tenant: Tenant) -> None:
    business = f"/api/v1/businesses/{alices_tenant.business.pk}/"
    assert api.delete(business, headers={"If-Match": api.get(business)["ETag"]}).status_code == 204
    assert api.get(business).json()["deleted_at"]
    answer = api.post(f"{business}restore/")
    assert (answer.status_code, answer.json()["deleted_at"]) == (200, None)
    assert Appointment.objects.alive().filter(pk=alices_tenant.appointment.pk).exists()
    # A row that is not in the trash stays as it is.
    assert api.post(f"{business}restore/").status_code == 200


def test_a_time_that_was_taken_is_named_and_the_other_rows_are_restored(console: Client, alices_tenant: Tenant) -> None:
    first = alices_tenant.appointment
    trash(first)
    Appointment.objects.create(business=first.business, customer_name="Dora", scheduled_at=first.scheduled_at)
    second = Appointment.objects.create(business=first.business, customer_name="Emil", scheduled_at="2030-01-01T10:00Z")
    trash(second)
    said = do(console, choose(console, "restore", first, second, query="?trash=only"))
    assert "appointments_no_double_booking" in str(said[str(first.pk)])
    assert said[str(second.pk)] is None
    assert Appointment.objects.alive().filter(pk=second.pk).exists()


@pytest.mark.parametrize("name", ["appointment", "document", "number"])
def test_rows_of_a_trashed_business_cannot_be_restored(api: APIClient, alices_tenant: Tenant, name: str) -> None:
    row = getattr(alices_tenant, name)
    trash(row)
    trash(alices_tenant.business)
    answer = api.post(f"/api/v1/{name}s/{row.pk}/restore/")
    assert (answer.status_code, answer.json()["constraint"]) == (400, "business_is_in_trash")
    assert "Restore the business first" in answer.json()["detail"]


def test_an_external_id_that_was_taken_is_named(api: APIClient, alices_tenant: Tenant) -> None:
    first = Appointment.objects.create(
        business=alices_tenant.business, customer_name="Emil", scheduled_at="2030-01-01T10:00Z", external_id="CA1"
    )
    trash(first)
    Appointment.objects.create(
        business=alices_tenant.business, customer_name="Fred", scheduled_at="2030-01-02T10:00Z", external_id="CA1"
    )
    answer = api.post(f"/api/v1/appointments/{first.pk}/restore/")
    assert (answer.status_code, answer.json()["constraint"]) == (409, "appointment_external_id_once")


def test_a_second_primary_number_is_named(api: APIClient, alices_tenant: Tenant) -> None:
    first = alices_tenant.number
    BusinessNumber.objects.filter(pk=first.pk).update(is_primary=True)
    trash(first)
    BusinessNumber.objects.create(
        business=alices_tenant.business, user_id=first.user_id, phone_number="+14155550177", display_name="New",
        country_code="US", number_type="local", is_primary=True,
    )  # fmt: skip
    answer = api.post(f"/api/v1/numbers/{first.pk}/restore/")
    assert (answer.status_code, answer.json()["constraint"]) == (409, "business_has_one_primary_number")


def test_a_number_that_another_account_bought_cannot_be_restored(
    api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    first = alices_tenant.number
    trash(first)
    BusinessNumber.objects.create(
        business=bobs_tenant.business, user_id=bobs_tenant.business.user_id, phone_number=first.phone_number,
        display_name="Bought", country_code="US", number_type="local",
    )  # fmt: skip
    assert api.post(f"/api/v1/numbers/{first.pk}/restore/").status_code == 404


def test_restoring_needs_the_permission_to_change(alices_tenant: Tenant) -> None:
    from aira.console.models import StaffUser

    anybody = APIClient()
    anybody.force_login(StaffUser.objects.create_user("new", password="x", is_staff=True))
    trash(alices_tenant.business)
    assert anybody.post(f"/api/v1/businesses/{alices_tenant.business.pk}/restore/").status_code == 403
    assert Business.objects.trashed().filter(pk=alices_tenant.business.pk).exists()


def test_deleting_an_account_leaves_no_orphan_in_or_out_of_the_trash(
    database: Database, alices: Rows, bobs: Rows
) -> None:
    """The trash does not stop a cascade from auth.users."""
    with database.as_user(alices.user) as sql:
        sql(
            "insert into documents (business_id, file_name, file_path) values (%s, 'b', %s)",
            alices.business,
            f"{alices.business}/b",
        )
        sql("delete from documents where file_name = 'b'")
    database.owner("delete from auth.users where id = %s", alices.user)
    tables = database.owner(
        "select format('%I.%I', n.nspname, c.relname) from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " join pg_namespace n on n.oid = c.relnamespace where a.attname = 'user_id' and c.relkind in ('r', 'p')"
        " and not c.relispartition and n.nspname in ('public', 'private', 'audit')"
    ).fetchall()
    left = {
        table
        for (table,) in tables
        if database.owner(f"select 1 from {table} where user_id = %s limit 1", alices.user).fetchone()
    }
    # The ledger, the audit and the webhooks for the KB Updater remain, and for 30 days the events.
    assert left == {"public.ledger_entries", "private.webhook_deliveries", "private.events", "audit.events"}
