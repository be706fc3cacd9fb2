"""Compare posting with the original design's trigger, and with no trigger.

pgbench runs 8 clients with durable commits. Figures are medians of 9 alternating rounds. A transaction is created and
completed in two commits, or inserted as completed in "one commit". Each is measured with the triggers of the audit and
of events and without them, since the other designs have neither.
"""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Row, at_least, at_most, is_newest
from tests.bench.pgbench import per_second
from tests.database import Database

ROUNDS = 9
TWO_COMMITS = """\\set n random(1, {wallets})
insert into {schema}.transactions (user_id, type, amount, currency) values (md5(:n::text)::uuid, 'credit', 1, 'USD') returning id as tid \\gset
update {schema}.transactions set status = 'completed' where id = :tid;
"""
ONE_COMMIT = """\\set n random(1, {wallets})
insert into public.transactions (user_id, type, amount, currency, status) values (md5(:n::text)::uuid, 'credit', 1, 'USD', 'completed');
"""


def measure(database: Database) -> Iterator[Row]:
    database.owner("insert into auth.users (id) select md5(n::text)::uuid from generate_series(1, 10000) n")
    database.owner("insert into public.wallets (user_id) select id from auth.users")
    database.owner(Path(__file__).with_name("original.sql").read_text())
    database.owner("insert into original.wallets (user_id) select id from auth.users")
    database.owner("analyze")
    extra = database.owner(
        "select tgrelid::regclass::text, tgname from pg_trigger where tgrelid = any(%s::regclass[]) and tgfoid = any(%s::regproc[])",
        ["public.transactions", "public.wallets"],
        ["private.record_change", "private.transaction_event", "private.wallet_event", "private.note_change"],
    ).fetchall()
    newest = is_newest(database)
    for wallets, name in ((10000, "10,000 wallets"), (1, "one hot wallet")):
        for table, trigger in extra:
            database.owner(f"alter table {table} disable trigger {trigger}")
        yield from compare(database, wallets, name)
        for table, trigger in extra:
            database.owner(f"alter table {table} enable trigger {trigger}")
        if newest:
            with_audit = alternate(database, wallets, "public", "original", rounds=5)
            yield Row(
                f"{name}, with audit and events: relative to the original's trigger without them",
                f"{ratio(with_audit, 'public', 'original'):.2f}",
            )
    if newest:
        yield from ask(database)


def alternate(database: Database, wallets: int, *kinds: str, rounds: int = ROUNDS) -> list[dict[str, float]]:
    scripts = {
        kind: (ONE_COMMIT if kind == "one commit" else TWO_COMMITS).format(schema=kind, wallets=wallets)
        for kind in kinds
    }
    return [{kind: per_second(database, script, seconds=1) for kind, script in scripts.items()} for _ in range(rounds)]


def ratio(rounds: list[dict[str, float]], one: str, other: str) -> float:
    return statistics.median(found[one] / found[other] for found in rounds)


def compare(database: Database, wallets: int, name: str) -> Iterator[Row]:
    rounds = alternate(database, wallets, "public", "original", "plain", "one commit")
    ours, once = (statistics.median(found[kind] for found in rounds) for kind in ("public", "one commit"))
    yield Row(f"{name}: created and completed", f"{ours:,.0f}/s")
    to_trigger, to_none = ratio(rounds, "public", "original"), ratio(rounds, "public", "plain")
    yield at_least(0.9, "", f"{name}: relative to the original's trigger", f"{to_trigger:.2f}", to_trigger)
    said = f"{to_none:.2f}; the original's: {ratio(rounds, 'original', 'plain'):.2f}"
    yield at_least(0.65, "", f"{name}: relative to no trigger", said, to_none)
    yield Row(f"{name}: inserted completed, one commit", f"{once:,.0f}/s")
    to_two = ratio(rounds, "one commit", "original")
    yield at_least(1.4, "", f"{name}: relative to the original's two commits", f"{to_two:.2f}", to_two)


def ask(database: Database) -> Iterator[Row]:
    """Measure the ledger proof and a statement on the rows of the rounds, with 100,000 entries of one wallet."""
    began = time.monotonic()
    problems = database.owner("select * from private.ledger_problems()").fetchall()
    seconds = time.monotonic() - began
    entries = database.owner("select count(*) from public.ledger_entries").fetchone()[0]
    assert problems == [], problems[:3]
    each = seconds * 100_000 / entries
    yield at_most(
        1, " s", "ledger_problems, none found, for each 100,000 entries", f"{each:.2f} s ({entries:,} entries)", each
    )
    many = database.account("statement@example.com")
    began = time.monotonic()
    database.owner(
        "insert into public.transactions (user_id, type, amount, currency, status)"
        " select %s, 'credit', 1, 'USD', 'completed' from generate_series(1, 100000)", many
    )  # fmt: skip
    yield Row("100,000 posted to one wallet in one statement", f"{time.monotonic() - began:.0f} s")
    database.owner("analyze")
    count, start = database.owner(
        "select count(*), (select created_at from public.ledger_entries where user_id = %s order by seq desc offset 1000 limit 1)"
        " from public.ledger_entries where user_id = %s", many, many,
    ).fetchone()  # fmt: skip
    times = []
    for _ in range(11):
        began = time.monotonic()
        database.owner("select * from public.wallet_statement(%s, %s, now(), 'USD')", many, start).fetchall()
        times.append(time.monotonic() - began)
    statement = statistics.median(times) * 1000
    what = f"a statement of the newest 1,000 of a wallet's {count:,} entries"
    yield at_most(20, " ms", what, f"{statement:.1f} ms", statement)
