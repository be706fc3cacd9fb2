"""Measure lists of the console and the API.

The data: 1,000,000 transactions, ledger entries, appointments, documents and audit events, 20,000 accounts, businesses
and numbers. Figures are the median (and the worst) of 9 runs after a first one. A page of the console counts with its
whole rendered answer. A list of the API has 50 rows, and counts with the CPU time of the site and PostgreSQL together.
"""

import os
from collections.abc import Iterator
from typing import Any

from tests.bench import api, console
from tests.bench.figures import Row
from tests.bench.search import LOAD
from tests.database import Database

ACCOUNT = "('00000000-0000-4000-8000-' || lpad((1 + n % 20000)::text, 12, '0'))::uuid"
BUSINESS = "('00000000-0000-4000-9000-' || lpad((1 + n % 20000)::text, 12, '0'))::uuid"
WALLET = "('00000000-0000-4000-b000-' || lpad((1 + n % 20000)::text, 12, '0'))::uuid"
AT = "now() - n * interval '80 seconds'"
ROWS = (
    *(text.replace("200000", "20000").replace("100000)", "20000)") for text in LOAD[:3]),
    "update public.business_numbers set business_id = ('00000000-0000-4000-9000-' || right(user_id::text, 12))::uuid",
    f"insert into public.wallets (id, user_id, balance_usd) select {WALLET}, {ACCOUNT}, 100 from generate_series(1, 20000) n",
    # One row in a thousand failed, and one in fifty is in rupees.
    "insert into public.transactions (user_id, type, amount, currency, status, completed_at, created_at, description, business_number_id)"
    f" select {ACCOUNT}, case when n % 10 = 0 then 'credit' else 'debit' end::transaction_type, 1 + n % 500,"
    " case when n % 50 = 0 then 'INR' else 'USD' end,"
    f" case when n % 1000 = 0 then 'failed' else 'completed' end::transaction_status, {AT}, {AT}, 'Call of ' || n || ' seconds',"
    " (array(select id from public.business_numbers order by id limit 1000))[1 + n % 1000]"
    " from generate_series(1, 1000000) n",
    "insert into public.ledger_entries (wallet_id, user_id, transaction_id, seq, kind, amount, currency, balance_after, contra, hash, created_at)"
    f" select {WALLET}, {ACCOUNT}, gen_random_uuid(), n, case when n % 1000 = 0 then 'refund' else 'post' end, -1, 'USD', 1, 'usage',"
    f" '\\x00', {AT} from generate_series(1, 1000000) n",
    "insert into public.appointments (business_id, user_id, customer_name, customer_phone, scheduled_at, status)"
    f" select {BUSINESS}, {ACCOUNT}, 'Guest ' || n, '+1628' || (1000000 + n), now() + (500000 - n) * interval '10 minutes',"
    " case when n % 100 = 0 then 'no_show' else 'completed' end::appointment_status from generate_series(1, 1000000) n",
    "insert into audit.events (table_name, row_id, user_id, verb, before, after, actor_kind, actor_name)"
    f" select 'appointments', gen_random_uuid()::text, {ACCOUNT}, case when n % 1000 = 0 then 'delete' else 'update' end,"
    " '{\"notes\": \"was\"}', '{\"notes\": \"became\"}', 'staff', 'sam' from generate_series(1, 1000000) n",
    "insert into public.documents (business_id, user_id, file_name, file_path, processing_status, created_at)"
    f" select {BUSINESS}, {ACCOUNT}, 'file ' || n || '.pdf', 'x/' || n, 'completed', {AT} from generate_series(1, 1000000) n",
)


def measure(database: Database) -> Iterator[Row]:
    owner = database.kept()
    owner.execute("set session_replication_role = replica")
    for statement in ROWS:
        owner.execute(statement)
    owner.execute("reset session_replication_role")
    owner.execute("refresh materialized view analytics.business_words")
    owner.execute("vacuum analyze")
    client = site(database)
    yield from console.pages(client, days_ago(database, "40 days"))
    yield from api.lists(days_ago(database, "400 days"))
    # A tenth of the rows.
    yield api.export(days_ago(database, "8000000 seconds"))


def days_ago(database: Database, interval: str) -> str:
    [day] = database.owner("select (now() - %s::interval)::date::text", interval).fetchone() or [""]
    return str(day)


def site(database: Database) -> Any:
    """Return the test client, as the role console, with a login."""
    database.owner(f"alter role console login password '{database.server.password}'")
    os.environ |= {
        "DATABASE_URL": database.address("console"),
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "ALLOWED_HOSTS": "testserver",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.test.utils import setup_test_environment

    # A password is enough here.
    settings.SECOND_FACTOR = False
    # The answer then contains the number of rows.
    setup_test_environment()

    from aira.console.models import StaffUser

    client = Client()
    client.force_login(StaffUser.objects.create_superuser("bench", "bench@example.com", "correct horse battery"))
    return client
