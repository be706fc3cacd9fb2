"""Measure the adoption of the original database with 50,000 and with a million rows, while every service writes.

The figures are the longest call of a service with its wait for locks, the services' rate while rows are copied, and the
whole duration. The owner is not a superuser, as on hosted Supabase.
"""

import re
import time
from collections.abc import Iterator

from tests.adopt.writers import Services
from tests.bench.figures import Row, at_most
from tests.database import Database
from tests.hosted import connect, hosted_server, manage
from tests.original import DECISIONS, make_original, owner


def measure(database: Database) -> Iterator[Row]:
    with hosted_server("bench_adoption") as cluster:
        with connect(cluster, "postgres") as connection:
            # Hosted projects have this setting.
            connection.execute("alter system set max_wal_size = '4GB'")
            connection.execute("select pg_reload_conf()")
        for rows, longest in ((10_000, 0.5), (1_000_000, 2)):
            name = f"original_{rows}"
            make_original(cluster, name, rows=rows, offending=True)
            with owner(cluster, name) as connection:
                connection.execute("vacuum analyze")
            with Services(cluster, name) as services:
                time.sleep(5)
                alone = sum(writer.done for writer in services.writers) / 5.5
                began = time.monotonic()
                done = sum(writer.done for writer in services.writers)
                said = manage(cluster, name, "hosted", "adopt", f"--decisions={DECISIONS}")
                took = time.monotonic() - began
                beside = (sum(writer.done for writer in services.writers) - done) / took
            assert all(not writer.broken and not writer.refused for writer in services.writers)
            locked = re.search(r"locked for ([\d.]+) s", said)
            assert locked
            waited = max(writer.waited for writer in services.writers)
            yield at_most(
                longest,
                " s",
                f"{rows:,} rows: the longest call of a service",
                f"{waited:.2f} s (locked {locked[1]} s)",
                waited,
            )
            yield Row(f"{rows:,} rows: the services' rate meanwhile", f"{beside / alone:.0%} of what it is without")
            yield Row(f"{rows:,} rows: adopted in", f"{took:.0f} s")
