"""Make each kind of change that is an event, as services do by SQL and as tools do over the API."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework.test import APIClient

from tests.database import Database, Sql
from tests.factories import Tenant
from tests.tenant_rows import Rows


def one(sql: Sql, query: str, *params: Any) -> Any:
    row = sql(query, *params).fetchone()
    assert row
    return row[0]


def business(sql: Sql, alice: UUID) -> UUID:
    query = "insert into public.business_v2 (user_id, name, business_type) values (%s, 'Casa', 'retail') returning id"
    return one(sql, query, alice)


def trashed_business(sql: Sql, alices: Rows) -> UUID:
    sql("delete from public.business_v2 where id = %s", alices.business)
    return alices.business


def restored_business(sql: Sql, alices: Rows) -> UUID:
    trashed_business(sql, alices)
    assert one(sql, "select public.restore_from_trash('business_v2', %s)", alices.business) == "restored"
    return alices.business


def released(sql: Sql, alices: Rows) -> UUID:
    sql("delete from public.business_numbers where id = %s", alices.number)
    return alices.number


def changed(table: str, what: str, of: str) -> Callable[[Sql, Rows], UUID]:
    """Return a change of one row."""

    def change(sql: Sql, alices: Rows) -> UUID:
        pk: UUID = getattr(alices, of)
        sql(f"update public.{table} set {what} where id = %s", pk)
        return pk

    return change


def bought(sql: Sql, alices: Rows) -> UUID:
    query = (
        "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
        " values (%s, '+14155559999', 'x', 'US', 'local') returning id"
    )
    return one(sql, query, alices.business)


def booked(sql: Sql, alices: Rows) -> UUID:
    query = (
        "insert into public.appointments (business_id, customer_name, scheduled_at)"
        " values (%s, 'Ana', now() + interval '9 days') returning id"
    )
    return one(sql, query, alices.business)


def paid(sql: Sql, alices: Rows, status: str = "completed", kind: str = "credit", amount: int = 10) -> UUID:
    query = "insert into public.transactions (user_id, type, amount, currency) values (%s, %s, %s, 'USD') returning id"
    pk = one(sql, query, alices.user, kind, amount)
    sql("update public.transactions set status = %s where id = %s", status, pk)
    return pk


def disputed(sql: Sql, alices: Rows) -> UUID:
    query = (
        "insert into public.transactions (user_id, type, amount, currency, status, stripe_payment_intent_id)"
        " values (%s, 'credit', 10, 'USD', 'completed', 'pi_1') returning id"
    )
    pk = one(sql, query, alices.user)
    sql("select * from public.record_dispute('pi_1', 'dp_1', 'open', 10, 'USD')")
    return pk


def refunded(sql: Sql, alices: Rows) -> UUID:
    sql("select * from public.refund_transaction(%s, 5)", alices.transaction)
    return alices.transaction


def low(sql: Sql, alices: Rows) -> UUID:
    paid(sql, alices, kind="debit", amount=46)
    return alices.wallet


def processed(status: str) -> Callable[[Sql, Rows], UUID]:
    def process(sql: Sql, alices: Rows) -> UUID:
        sql("update public.documents set processing_status = 'processing' where id = %s", alices.document)
        sql(
            "update public.documents set processing_status = %s, processing_error = 'broken' where id = %s",
            status,
            alices.document,
        )
        return alices.document

    return process


# Each change by SQL, as service_role. It returns the id of the object.
BY_SQL: dict[str, Callable[[Sql, Rows], UUID]] = {
    "business.created": lambda sql, alices: business(sql, alices.user),
    "business.updated": changed("business_v2", "name = 'Casa Nova'", "business"),
    "business.trashed": trashed_business,
    "business.restored": restored_business,
    "number.bought": bought,
    "number.released": released,
    "appointment.booked": booked,
    "appointment.moved": changed("appointments", "scheduled_at = scheduled_at + interval '1 day'", "appointment"),
    "appointment.cancelled": changed("appointments", "status = 'cancelled'", "appointment"),
    "appointment.completed": changed("appointments", "status = 'completed'", "appointment"),
    "appointment.no_show": changed("appointments", "status = 'no_show'", "appointment"),
    "transaction.completed": paid,
    "transaction.failed": lambda sql, alices: paid(sql, alices, "failed"),
    "transaction.refunded": refunded,
    "transaction.disputed": disputed,
    "wallet.low": low,
    "wallet.stopped": changed("wallets", "is_active = false", "wallet"),
    "document.completed": processed("completed"),
    "document.failed": processed("failed"),
}


def sent(api: APIClient, path: str, data: Any = None) -> UUID:
    answer = api.post(f"/api/v1/{path}", data or {})
    assert answer.status_code in (200, 201), answer.json()
    return UUID(answer.json()["id"])


def patched(api: APIClient, path: str, data: Any) -> UUID:
    address = f"/api/v1/{path}"
    answer = api.patch(address, data, headers={"If-Match": api.get(address)["ETag"]})
    assert answer.status_code == 200, answer.json()
    return UUID(answer.json()["id"])


def charge(api: APIClient, tenant: Tenant, kind: str = "credit", amount: str = "9.00") -> UUID:
    data = {"user": str(tenant.business.user_id), "type": kind, "amount": amount, "currency": "USD"}
    return sent(api, "transactions/record/", data)


def restored(api: APIClient, tenant: Tenant) -> UUID:
    sent(api, f"businesses/{tenant.business.pk}/trash/")
    return sent(api, f"businesses/{tenant.business.pk}/restore/")


def low_by_api(api: APIClient, tenant: Tenant) -> UUID:
    sent(api, f"transactions/{charge(api, tenant, 'debit', '21.00')}/complete/")
    return tenant.wallet.pk


# Each change that the API offers. The API can't stop a wallet or finish a document.
BY_API: dict[str, Callable[[APIClient, Tenant], UUID]] = {
    "business.created": lambda api, tenant: sent(
        api, "businesses/", {"user": str(tenant.business.user_id), "name": "Casa", "business_type": "retail"}
    ),
    "business.updated": lambda api, tenant: patched(api, f"businesses/{tenant.business.pk}/", {"name": "Casa Nova"}),
    "business.trashed": lambda api, tenant: sent(api, f"businesses/{tenant.business.pk}/trash/"),
    "business.restored": restored,
    "number.bought": lambda api, tenant: sent(
        api,
        "numbers/",
        {
            "business": str(tenant.business.pk),
            "phone_number": "+14155559999",
            "display_name": "x",
            "country_code": "US",
            "number_type": "local",
            "is_primary": True,
            "user": str(tenant.business.user_id),
            "monthly_cost": "1.10",
        },
    ),
    "number.released": lambda api, tenant: sent(api, f"numbers/{tenant.number.pk}/trash/"),
    "appointment.booked": lambda api, tenant: sent(
        api,
        "appointments/",
        {"business": str(tenant.business.pk), "customer_name": "Ana", "scheduled_at": "2031-01-01T10:00:00Z"},
    ),
    "appointment.moved": lambda api, tenant: patched(
        api, f"appointments/{tenant.appointment.pk}/", {"scheduled_at": "2031-01-01T10:00:00Z"}
    ),
    "appointment.cancelled": lambda api, tenant: sent(api, f"appointments/{tenant.appointment.pk}/cancel/"),
    "appointment.completed": lambda api, tenant: sent(api, f"appointments/{tenant.appointment.pk}/complete/"),
    "appointment.no_show": lambda api, tenant: sent(api, f"appointments/{tenant.appointment.pk}/no_show/"),
    "transaction.completed": lambda api, tenant: sent(api, f"transactions/{charge(api, tenant)}/complete/"),
    "transaction.failed": lambda api, tenant: sent(api, f"transactions/{charge(api, tenant)}/fail/"),
    "transaction.refunded": lambda api, tenant: sent(
        api, f"transactions/{tenant.transaction.pk}/refund/", {"amount": "5.00"}
    ),
    "transaction.disputed": lambda api, tenant: sent(
        api, f"transactions/{tenant.transaction.pk}/dispute/", {"amount": "5.00"}
    ),
    "wallet.low": low_by_api,
}


def events(database: Database, where: str = "true", *params: Any) -> list[tuple[str, UUID]]:
    query = f"select type, object_id from private.events where {where} order by id"
    return database.owner(query, *params).fetchall()
