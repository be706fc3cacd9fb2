"""Create demo data: three tenants over the last 90 days, written as each service writes.

Each row is written by the role that writes it in production: a user with the claims of a JWT, the UI's server as
service_role, the Voice Agent and the KB Updater as their own roles. So all rules apply to the demo. Only accounts are
written by the owner of the schema, in place of Supabase Auth.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections, transaction

from aira.analytics import refresh
from aira.devtools.demo_tenants import CUSTOMERS, TENANTS, Tenant, identity
from aira.schema.roles import become, step_back

DAYS = 90
Sql = Callable[..., Any]


@contextmanager
def acting_as(role: str, user: UUID | None = None) -> Iterator[Sql]:
    """Run queries as a request of the data API does: as the role, with the claims of its JWT."""
    with connections["direct"].cursor() as cursor:
        become(cursor, role, user)

        def run(query: str, *params: Any) -> list[tuple[Any, ...]]:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []

        yield run
        step_back(cursor)


def load(progress: Callable[[str], None]) -> None:
    """Write the tenants that are missing, each in one transaction. Then refresh the figures."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    for tenant in TENANTS:
        with transaction.atomic(using="direct"):
            progress(f"{tenant.name}: {load_tenant(tenant, now)}")
    outcomes = {outcome for _, outcome in refresh.refresh(refresh.views("direct"), "direct")}
    progress(f"Analytics: {', '.join(sorted(outcomes))}")


def load_tenant(tenant: Tenant, now: datetime) -> str:
    """Write one tenant. Return what was written."""
    # The seed is the e-mail, so that every run makes the same choices.
    dice = random.Random(tenant.email)  # noqa: S311
    with connections["direct"].cursor() as cursor:
        cursor.execute("select 1 from auth.users where id = %s", [tenant.user])
        if cursor.fetchone():
            return "exists already"
        cursor.execute(
            "insert into auth.users (id, email, created_at, last_sign_in_at) values (%s, %s, %s, %s)",
            [
                tenant.user,
                tenant.email,
                now - timedelta(days=DAYS + 3),
                now - timedelta(hours=dice.randint(1, 40)),
            ],
        )
    business = open_business(tenant)
    number = buy_number(tenant, business, now)
    upload_documents(tenant, business)
    appointments = book(tenant, business, dice, now)
    money = charge(tenant, number, dice, now)
    return f"{appointments} appointments, {money} transactions, {len(tenant.documents)} documents"


def open_business(tenant: Tenant) -> UUID:
    """Create the business, as the user does with the UI's forms."""
    business = identity(tenant.name)
    with acting_as("authenticated", tenant.user) as sql:
        sql(
            "insert into public.business_v2 (id, user_id, name, business_type, description, email, phone_number,"
            " address, website, timezone, business_hours) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            *(
                business,
                tenant.user,
                tenant.name,
                tenant.business_type,
                tenant.description,
                tenant.email,
                tenant.phone,
            ),
            *(
                tenant.address,
                f"https://{tenant.email.partition('@')[2]}",
                tenant.timezone,
                json.dumps(tenant.hours),
            ),
        )
        sql(
            "insert into public.booking_rules (business_id, capacity, slot_step) values (%s, %s, 15)",
            *(business, tenant.capacity),
        )
    return business


def buy_number(tenant: Tenant, business: UUID, now: datetime) -> UUID:
    """Create the phone number as the UI's server does. The user makes it the primary number."""
    with acting_as("service_role") as sql:
        [[number]] = sql(
            "insert into public.business_numbers (user_id, business_id, phone_number, display_name, country_code,"
            " number_type, twilio_sid, capabilities, purchase_date, monthly_cost) values (%s, %s, %s, 'Main line', %s,"
            " 'local', %s, %s, %s, 1.15) returning id",
            *(tenant.user, business, tenant.number, tenant.country, f"PN{identity(tenant.number).hex}"),
            *(json.dumps({"voice": True, "sms": True, "mms": False}), now - timedelta(days=DAYS)),
        )
    with acting_as("authenticated", tenant.user) as sql:
        sql("update public.business_numbers set is_primary = true, notes = 'On the door and the website'")
    return UUID(str(number))


def upload_documents(tenant: Tenant, business: UUID) -> None:
    """Upload documents as the user. The KB Updater processes all but the last two: one fails, one stays pending."""
    kinds = {"pdf": "application/pdf", "docx": "application/msword", "xlsx": "application/vnd.ms-excel"}
    for position, name in enumerate(tenant.documents):
        document = identity(f"{tenant.name}/{name}")
        with acting_as("authenticated", tenant.user) as sql:
            sql(
                "insert into public.documents (id, business_id, file_name, file_path, file_size, mime_type)"
                " values (%s, %s, %s, %s, %s, %s)",
                *(
                    document,
                    business,
                    name,
                    f"{business}/{name}",
                    40_000 + 13_577 * len(name),
                    kinds[name.rpartition(".")[2]],
                ),
            )
        if position == len(tenant.documents) - 1:
            continue
        with acting_as("kb_updater") as sql:
            sql("update public.documents set processing_status = 'processing' where id = %s", document)
        with acting_as("kb_updater") as sql:
            if position == len(tenant.documents) - 2:
                sql(
                    "update public.documents set processing_status = 'failed',"
                    " processing_error = 'page 3 is an image without text' where id = %s",
                    document,
                )
            else:
                sql(
                    "update public.documents set processing_status = 'completed', vector_db_id = %s, chunk_count = %s"
                    " where id = %s",
                    *(f"vec_{document.hex[:12]}", 8 + len(name), document),
                )


def book(tenant: Tenant, business: UUID, dice: random.Random, now: datetime) -> int:
    """Book appointments through the Voice Agent, the web and by hand.

    Past ones are completed, cancelled or no-shows.
    """
    zone = ZoneInfo(tenant.timezone)
    booked = 0
    for day in range(-DAYS, 14):
        date = (now + timedelta(days=day)).astimezone(zone).date()
        intervals = tenant.hours["weekly"].get(date.strftime("%a").lower(), [])
        if date.isoformat() in tenant.hours.get("special", {}) or not intervals:
            continue
        taken: list[tuple[datetime, datetime]] = []
        for _ in range(round(tenant.bookings_a_week / len(tenant.hours["weekly"]) * dice.uniform(0.5, 1.3))):
            service, minutes = dice.choice(tenant.services)
            opens, closes = dice.choice(intervals)
            first, last = (int(t[:2]) * 60 + int(t[3:]) for t in (opens, closes))
            if last - minutes < first:
                continue
            start = datetime(date.year, date.month, date.day, tzinfo=zone) + timedelta(
                minutes=dice.randrange(first, last - minutes + 1, 15)
            )
            end = start + timedelta(minutes=minutes)
            if sum(a < end and start < b for a, b in taken) >= tenant.capacity:
                continue
            taken.append((start, end))
            source = dice.choices(("voice_agent", "web", "manual"), (6, 2, 2))[0]
            status = "confirmed"
            if end < now:
                status = dice.choices(("completed", "cancelled", "no_show"), (85, 9, 6))[0]
            customer = dice.choice(CUSTOMERS)
            row = (
                *(
                    business,
                    customer,
                    f"{tenant.number[:-6]}{dice.randint(200_000, 999_999)}",
                    start,
                    minutes,
                    service,
                ),
                *(source, f"CA{dice.getrandbits(128):032x}" if source == "voice_agent" else None),
            )
            writer = acting_as("voice_agent") if source == "voice_agent" else acting_as("authenticated", tenant.user)
            with writer as sql:
                [[appointment]] = sql(
                    "insert into public.appointments (business_id, customer_name, customer_phone, scheduled_at,"
                    " duration, service_type, source, external_id)"
                    " values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
                    *row,
                )
            if status != "confirmed":
                with acting_as("authenticated", tenant.user) as sql:
                    sql("update public.appointments set status = %s where id = %s", status, appointment)
            booked += 1
    return booked


def charge(tenant: Tenant, number: UUID, dice: random.Random, now: datetime) -> int:
    """Record Stripe's payments, and debits for calls and monthly fees."""
    scale = 83 if tenant.currency == "INR" else 1
    balance, count, day = 0.0, 0, DAYS
    insert = (
        "insert into public.transactions (user_id, type, amount, currency, status, description,"
        " stripe_payment_intent_id, business_number_id, idempotency_key, created_at)"
        " values (%s, %s, %s, %s, 'pending', %s, %s, %s, %s, %s) returning id"
    )

    def record(kind: str, amount: float, description: str, outcome: str, stripe: str | None = None) -> None:
        nonlocal balance, count
        at = now - timedelta(days=day, minutes=dice.randint(0, 600))
        with acting_as("service_role") as sql:
            [[transaction_id]] = sql(
                insert,
                *(tenant.user, kind, f"{amount:.2f}", tenant.currency, description, stripe),
                *(number if kind == "debit" else None, f"demo-{count}", at),
            )
        if outcome != "pending":
            with acting_as("service_role") as sql:
                sql("update public.transactions set status = %s where id = %s", outcome, transaction_id)
        if outcome == "completed":
            balance += amount if kind == "credit" else -amount
        count += 1

    while day >= 0:
        if balance < tenant.top_up * 0.4:
            if dice.random() < 0.15:
                record(
                    "credit",
                    tenant.top_up,
                    "Top-up by card (declined)",
                    "failed",
                    f"pi_{dice.getrandbits(96):024x}",
                )
            record("credit", tenant.top_up, "Top-up by card", "completed", f"pi_{dice.getrandbits(96):024x}")
        if day % 30 == 0:
            record("debit", 1.15 * scale, f"Monthly fee for {tenant.number}", "completed")
        minutes = dice.randint(2, 30)
        price = round(min(minutes * 0.045 * scale, max(balance - 1, 0.01)), 2)
        record("debit", price, f"{minutes} call minutes", "completed")
        day -= dice.choice((1, 2))
    day = 0
    record("credit", tenant.top_up, "Top-up by bank transfer", "pending", f"pi_{dice.getrandbits(96):024x}")
    return count
