"""Measure the search of staff and that of a user.

Staff search 1,000,000 appointments, 200,000 businesses, documents and accounts, 300,000 transactions and 100,000
numbers. The user searches 100,000 own appointments. Each figure comes from 15 calls after a first one.
"""

import time
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Row, at_most
from tests.database import Database

# Every third customer is called John Smith. The others have one of 20 first names and 5,000 surnames.
NAME = (
    "case when n % 3 = 0 then 'John Smith' else"
    " (array['Maria','José','Anna','Li','Omar','Ivan','Fatima','Lena','Noah','Mia','Ben','Eva','Raj','Sara','Tom','Ida','Max','Zoe',"
    "'Kai','Ana'])[1 + n % 20] || ' ' || initcap(substr(translate(md5((n % 5000)::text), '0123456789', 'aeioubrtln'), 1, 7)) end"
)
LOAD = (
    "insert into auth.users (id, email) select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,"
    " 'person' || n || '@example.com' from generate_series(1, 200000) n",
    "insert into public.business_v2 (id, user_id, name, business_type, email, phone_number)"
    " select ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid,"
    " ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,"
    " (array['Casa','Salon','Studio','Bistro','Garage'])[1 + n % 5] || ' '"
    " || initcap(substr(translate(md5((n % 40000)::text), '0123456789', 'aeioubrtln'), 1, 8)), 'retail',"
    " 'hello' || n || '@example.com', '+4930' || (10000000 + n) from generate_series(1, 200000) n",
    "insert into public.business_numbers (user_id, phone_number, display_name, country_code, number_type, twilio_sid)"
    " select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '+1415' || (1000000 + n), 'Main', 'US', 'local',"
    " 'PN' || md5(n::text) from generate_series(1, 100000) n",
    "insert into public.transactions (user_id, type, amount, currency, stripe_payment_intent_id)"
    " select ('00000000-0000-4000-8000-' || lpad((1 + n % 200000)::text, 12, '0'))::uuid, 'credit', 5, 'USD', 'pi_' || md5(n::text)"
    " from generate_series(1, 300000) n",
    "insert into public.documents (business_id, user_id, file_name, file_path)"
    " select ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid,"
    " ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,"
    " (array['menu','price-list','opening_hours','faq'])[1 + n % 4] || '-' || (2000 + n % 30) || '-' || n || '.pdf', 'uploads'"
    " from generate_series(1, 200000) n",
    # A tenth of the appointments belongs to one business.
    "insert into public.appointments (business_id, user_id, customer_name, customer_phone, customer_email, scheduled_at, status)"
    " select ('00000000-0000-4000-9000-' || lpad(b.b::text, 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad(b.b::text, 12, '0'))::uuid,"
    " NAME, '+1 (628) ' || (1000000 + n), 'guest' || n || '@example.org', now() + n * interval '1 hour', 'cancelled'"
    " from generate_series(1, 1000000) n, lateral (select case when n % 10 = 0 then 1 else 1 + n % 200000 end) b (b)",
)
STAFF = {
    "a common name": "john smith",
    "a common name with a typo": "jhon smiht",
    "a word that every row has": "example",
    "a rare name": "Casa {rare}",
    "a rare name with a typo": "casa {typo}",
    "a first name as it is typed": "mar",
    "a phone number with spaces": "628 1 234 567",
    "the beginning of a phone number that all have": "+1 628 1",
    "the last four digits of a phone number": "0777",
    "a number of AiRa": "+1 (415) 105-0000",
    "an e-mail": "guest777777@example.org",
    "an account": "person77777@example.com",
    "a payment intent": "pi_" + "{intent}",
    "a file's name": "price list 2011",
    "an id": "00000000-0000-4000-9000-000000077777",
    "nothing": "xyzzyplugh",
}


def timed(call: Any) -> list[float]:
    call()
    times = []
    for _ in range(15):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def measure(database: Database) -> Iterator[Row]:
    owner = database.kept()
    owner.execute("set session_replication_role = replica")
    for statement in LOAD:
        owner.execute(statement.replace("NAME", NAME))
    owner.execute("reset session_replication_role")
    for words in ("business", "appointment", "document"):
        owner.execute(f"refresh materialized view analytics.{words}_words")
    owner.execute("vacuum analyze")
    owner.execute("set role console")
    rare = owner.execute(
        "select lower(split_part(name, ' ', 2)) from public.business_v2 where name like 'Casa %' limit 1"
    ).fetchone()[0]
    intent = owner.execute("select md5('777')").fetchone()[0]
    for what, pattern in STAFF.items():
        text = pattern.format(rare=rare, typo=rare[0] + rare[2] + rare[1] + rare[3:], intent=intent)

        def search(text: str = text) -> None:
            owner.execute("select * from private.search(%s, 10)", [text]).fetchall()

        times = timed(search)
        yield at_most(50, " ms", f"staff: {what}", f"{times[7]:.1f} ms (worst {times[-1]:.1f})", times[7])
    claims = '{"sub": "00000000-0000-4000-8000-000000000001"}'
    owner.execute(
        "select set_config('role', 'authenticated', false), set_config('request.jwt.claims', %s, false)", [claims]
    )
    for what, text in {
        "a common name": "john smith",
        "a word that every row has": "example",
        "a typo": "jhon smiht",
        "a phone number": "6281234560",
    }.items():

        def own(text: str = text) -> None:
            owner.execute("select * from search_appointments(%s)", [text]).fetchall()

        times = timed(own)
        measured = f"{times[7]:.1f} ms (worst {times[-1]:.1f})"
        # The target is about the search of staff.
        yield Row(f"a user among 100,000 of theirs: {what}", measured)
