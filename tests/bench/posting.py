"""Posting beside the original design's trigger and beside no trigger: pgbench, 8 clients, durable commits, medians of 9 alternating
rounds. One transaction is created and completed, in two commits; "one commit" is inserted completed."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

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


def measure(database: Database) -> Iterator[tuple[str, str, str]]:
    database.owner("insert into auth.users (id) select md5(n::text)::uuid from generate_series(1, 10000) n")
    database.owner("insert into public.wallets (user_id) select id from auth.users")
    database.owner(Path(__file__).with_name("original.sql").read_text())
    database.owner("insert into original.wallets (user_id) select id from auth.users")
    database.owner("analyze")
    for wallets, name in ((10000, "10,000 wallets"), (1, "one hot wallet")):
        scripts = {
            schema: TWO_COMMITS.format(schema=schema, wallets=wallets) for schema in ("public", "original", "plain")
        }
        scripts["one commit"] = ONE_COMMIT.format(wallets=wallets)
        rounds = [{kind: per_second(database, script) for kind, script in scripts.items()} for _ in range(ROUNDS)]
        medians = {kind: statistics.median(found[kind] for found in rounds) for kind in scripts}

        def ratio(one: str, other: str, rounds: list[dict[str, float]] = rounds) -> str:
            return f"{statistics.median(found[one] / found[other] for found in rounds):.2f}"

        yield f"create + complete, {name}", f"{medians['public']:.0f}/s", ""
        yield "… the original's trigger", f"{medians['original']:.0f}/s, ratio {ratio('public', 'original')}", "≥ 0.90"
        yield "… no trigger at all", f"{medians['plain']:.0f}/s, ratio {ratio('public', 'plain')}", "≥ 0.65"
        yield (
            "inserted completed, one commit",
            f"{medians['one commit']:.0f}/s, ratio to the original's two {ratio('one commit', 'original')}",
            "≥ 1.4",
        )
    began = time.monotonic()
    problems = database.owner("select * from private.ledger_problems()").fetchall()
    seconds = time.monotonic() - began
    entries = database.owner("select count(*) from public.ledger_entries").fetchone()[0]
    assert problems == [], problems[:3]
    yield f"ledger_problems over {entries} entries, none found", f"{seconds:.2f} s", "≤ 1 s at 100,000"
    hot = "c4ca4238-a0b9-2382-0dcc-509a6f75849b"
    count, start = database.owner(
        "select count(*), (select created_at from public.ledger_entries where user_id = %s order by seq desc offset 1000 limit 1)"
        " from public.ledger_entries where user_id = %s",
        hot,
        hot,
    ).fetchone()
    times = []
    for _ in range(11):
        began = time.monotonic()
        database.owner("select * from public.wallet_statement(%s, %s, now(), 'USD')", hot, start).fetchall()
        times.append(time.monotonic() - began)
    yield (
        f"a statement of the newest 1,000 of a wallet's {count} entries",
        f"{statistics.median(times) * 1000:.1f} ms",
        "≤ 20 ms at 100,000",
    )
