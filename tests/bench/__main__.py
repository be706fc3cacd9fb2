"""`make bench`: every module here with a `measure` looks at one subject on a fresh migrated database.

Its rows are printed; its points go to docs/benchmarks, where they are plotted."""

import importlib
import os
import pkgutil
import secrets
import subprocess
import sys

from tests import bench
from tests.bench import plots
from tests.bench.figures import Point, conditions, keep
from tests.database import Database, Server


def main(wanted: list[str]) -> None:
    server = Server(owner=os.environ["DATABASE_DIRECT_URL"], password=secrets.token_urlsafe(16))
    for found in pkgutil.iter_modules(bench.__path__):
        if found.name == "__main__" or (wanted and found.name not in wanted):
            continue
        subject = importlib.import_module(f"tests.bench.{found.name}")
        if not hasattr(subject, "measure"):
            continue
        name = f"aira_bench_{found.name}"
        server.drop(name)
        server.admin("create database {}", name)
        database = Database(server, name)
        try:
            url = os.environ["DATABASE_DIRECT_URL"].rpartition("/")[0] + f"/{name}"
            environment = {**os.environ, "DATABASE_URL": url, "DATABASE_DIRECT_URL": url}
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
            under = conditions(database)
            print(
                f"\n{', '.join(f'{name} {value}' for name, value in under.items())}\n\n{subject.__doc__.strip()}\n\n| what | measured | target |\n| --- | --- | --- |"
            )
            points = []
            for found_out in subject.measure(database):
                if isinstance(found_out, Point):
                    points.append(found_out)
                else:
                    print("| " + " | ".join(found_out) + " |", flush=True)
            if points:
                keep(points, under)
        finally:
            database.close()
            server.drop(name)
    plots.main()


if __name__ == "__main__":
    main(sys.argv[1:])
