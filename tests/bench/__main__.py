"""Run `make bench`: measure each subject, a module here with `measure`, in its own process and on a new database.

The rows are printed and stored for docs/BENCHMARKS.md, the points for docs/benchmarks. Arguments name the subjects to
measure.
"""

import importlib
import os
import pkgutil
import secrets
import subprocess
import sys
import time

from tests import bench
from tests.bench import plots, tables
from tests.bench.figures import Point, conditions, is_newest, keep
from tests.database import Database, Server

TEMPLATE = "aira_bench_template"


def main(wanted: list[str]) -> None:
    began = time.monotonic()
    subjects = [module.name for module in pkgutil.iter_modules(bench.__path__) if is_subject(module.name)]
    if unknown := set(wanted) - set(subjects):
        sys.exit(f"nothing is called {', '.join(sorted(unknown))}; there are {', '.join(subjects)}.")
    prepare(Server(owner=os.environ["DATABASE_DIRECT_URL"], password=""))
    for name in wanted or subjects:
        # These subjects set up Django for their own database.
        subprocess.run(
            [sys.executable, "-c", f"from tests.bench.__main__ import measure; measure({name!r})"], check=True
        )
    plots.main()
    tables.main()
    print(f"\nAll of that in {time.monotonic() - began:.0f} s.")


def prepare(server: Server) -> None:
    """Return the name of a migrated database to copy. No checkpoint interrupts the loading of a million rows."""
    server.admin("alter system set max_wal_size = '8GB'")
    server.admin("select pg_reload_conf()")
    server.drop(TEMPLATE)
    server.admin("create database {}", TEMPLATE)
    url = os.environ["DATABASE_DIRECT_URL"].rpartition("/")[0] + f"/{TEMPLATE}"
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_DIRECT_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)


def is_subject(name: str) -> bool:
    return not name.startswith(("__", "test_")) and hasattr(importlib.import_module(f"tests.bench.{name}"), "measure")


def measure(name: str) -> None:
    subject = importlib.import_module(f"tests.bench.{name}")
    server = Server(owner=os.environ["DATABASE_DIRECT_URL"], password=secrets.token_urlsafe(16))
    database = Database(server, f"aira_bench_{name}")
    server.drop(database.name)
    began = time.monotonic()
    server.clone(TEMPLATE, database.name)
    try:
        under = conditions(database)
        print(
            f"\n{', '.join(f'{what} {value}' for what, value in under.items())}\n\n{(subject.__doc__ or '').strip()}\n"
        )
        print("| what | measured | target |\n| --- | --- | --- |")
        points, rows = [], []
        for found in subject.measure(database):
            if isinstance(found, Point):
                points.append(found)
            else:
                rows.append(found)
                print(f"| {found.what} | {tables.cell(found)} | {found.target} |", flush=True)
        seconds = time.monotonic() - began
        print(f"\n{name}: {seconds:.0f} s", flush=True)
        tables.keep(name, rows, under, seconds)
        if points and is_newest(database):
            keep(points, under)
    finally:
        database.close()
        server.drop(database.name)


if __name__ == "__main__":
    main(sys.argv[1:])
