"""Measure how long materialized views take to refresh.

The data: 1,000,000 appointments of 1,000 businesses over two years, 500,000 postings of 5,000 accounts, 100,000
documents, 2,000 numbers. The first refresh fills the views. Rows named "again" refresh without changes.
"""

import statistics
import threading
import time
from collections.abc import Iterator

from tests.bench.figures import Row, at_most
from tests.database import Database

FILL = """
insert into auth.users (id) select md5(n::text)::uuid from generate_series(1, 5000) n;
set session_replication_role = replica;
insert into public.business_v2 (id, user_id, name, business_type, timezone, business_hours)
select md5('b' || n)::uuid, md5(n::text)::uuid, 'b', 'retail', (array['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York'])[n % 4 + 1],
       jsonb_build_object('weekly', jsonb_build_object('mon', hours, 'tue', hours, 'wed', hours, 'thu', hours, 'fri', hours))
from generate_series(1, 1000) n
cross join lateral jsonb_build_array(jsonb_build_array(to_char(7 + n % 3, 'FM00') || ':00', '12:00'), jsonb_build_array('13:00', '18:30')) hours;
insert into public.appointments (business_id, user_id, customer_name, scheduled_at, duration, status, source)
select md5('b' || n % 1000 + 1)::uuid, md5((n % 1000 + 1)::text)::uuid, 'x',
       date_trunc('hour', now()) + interval '14 days' - n / 1000 * interval '17 hours 30 minutes', 30 + n % 4 * 15,
       (array['confirmed', 'completed', 'cancelled', 'no_show'])[n % 4 + 1]::public.appointment_status,
       (array['manual', 'voice_agent', 'web', 'sms'])[n / 1000 % 4 + 1]::public.appointment_source
from generate_series(1, 1000000) n;
insert into public.ledger_entries (user_id, wallet_id, transaction_id, seq, kind, currency, amount, balance_after, contra, hash, created_at)
select md5((n % 5000 + 1)::text)::uuid, md5('w' || n % 5000)::uuid, gen_random_uuid(), n / 5000, 'post', 'USD',
       case n / 5000 % 10 when 0 then 100 else -1.25 end, 0, 'stripe', '', now() - n / 5000 * interval '1 week'
from generate_series(1, 500000) n;
insert into public.wallets (user_id, balance_usd) select id, 50 from auth.users;
insert into public.documents (business_id, user_id, file_name, file_path, processing_status, created_at, processing_started_at, processed_at)
select md5('b' || n % 1000 + 1)::uuid, md5((n % 1000 + 1)::text)::uuid, 'x', 'x', 'completed', at, at, at + n % 90 * interval '1 second'
from generate_series(1, 100000) n cross join lateral (select now() - n / 150 * interval '1 day') t (at);
insert into public.business_numbers (user_id, phone_number, display_name, country_code, number_type, monthly_cost)
select md5((n % 1000 + 1)::text)::uuid, '+4930' || n, 'x', 'DE', 'local', 1.15 from generate_series(1, 2000) n;
set session_replication_role = origin;
"""
VIEWS = "select matviewname from pg_matviews where schemaname = 'analytics' order by 1"
READ = "select count(*), sum(appointments) from public.appointments_by_day"


def refresh(database: Database, view: str) -> float:
    """Return the seconds of a refresh as the job does it: as console, in one transaction."""
    began = time.monotonic()
    with database.connect(autocommit=False) as connection:
        connection.execute("set local role console")
        assert connection.execute("select private.refresh_analytics(%s)", [view]).fetchone() == ("refreshed",)
    return time.monotonic() - began


def readings(database: Database, stop: threading.Event, times: list[float]) -> None:
    """Read the rows of one account again and again on a separate connection."""
    with database.connect() as connection:
        connection.execute("set role authenticated")
        connection.execute(
            "select set_config('request.jwt.claims', json_build_object('sub', md5('7')::uuid)::text, false)"
        )
        while not stop.is_set():
            began = time.monotonic()
            connection.execute(READ).fetchone()
            times.append(time.monotonic() - began)
            time.sleep(0.01)


def quantiles(times: list[float]) -> str:
    return f"p50 {statistics.median(times) * 1e3:.1f} ms, p99 {statistics.quantiles(times, n=100)[98] * 1e3:.1f} ms"


def measure(database: Database) -> Iterator[Row]:
    database.owner(FILL)
    database.owner("vacuum analyze")
    views = [name for (name,) in database.owner(VIEWS)]
    first = {view: refresh(database, view) for view in views}
    database.owner("vacuum analyze")
    again = {view: refresh(database, view) for view in views}
    for view in views:
        [count] = database.owner(f"select count(*) from analytics.{view}").fetchone()
        yield Row(f"{view}, {count:,} rows", f"first {first[view]:.2f} s, again {again[view]:.2f} s")
    yield at_most(30, " s", "all of them, again", f"{sum(again.values()):.1f} s", sum(again.values()))

    times: dict[str, list[float]] = {"alone": [], "while it is refreshed": []}
    for name, found in times.items():
        stop = threading.Event()
        reader = threading.Thread(target=readings, args=(database, stop, found))
        reader.start()
        if name == "alone":
            time.sleep(5)
        else:
            database.owner("update public.appointments set source = 'sms' where random() < 0.01 and source = 'web'")
            refresh(database, "daily_appointments")
        stop.set()
        reader.join()
        yield Row(f"a user's appointments_by_day, {name}", quantiles(found))
