"""Keep a copy of a list of AiRa's API: an example of a sync that misses nothing and can be stopped at any time.

Each page is saved together with the link that continues after it. So a copy that was killed goes on where it was.
Run it once a night, or with --every to follow the changes.

    AIRA_KEY=aira_… python docs/examples/sync_copy.py https://console.example.com/api/v1/appointments/ --file copy.db
"""

import argparse
import json
import os
import sqlite3
import time
from urllib.parse import urlencode

import httpx

TABLES = """
    create table if not exists rows (id text primary key, row text not null);
    create table if not exists place (one integer primary key check (one = 1), link text not null);
"""
# Every row, since a copy begins empty.
BEGINNING = {"updated_since": "1970-01-01T00:00:00Z", "page_size": "200"}


class Copy:
    """Keep the rows of a list in a file."""

    def __init__(self, file: str, address: str, key: str) -> None:
        self.database = sqlite3.connect(file)
        self.database.executescript(TABLES)
        self.beginning = f"{address}?{urlencode(BEGINNING)}"
        self.client = httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def catch_up(self) -> None:
        """Read until there is nothing more to read now."""
        (link,) = self.database.execute("select link from place").fetchone() or (self.beginning,)
        while link:
            answer = self.client.get(link)
            if answer.status_code == 410:
                # The copy was not updated for 30 days. Changes since then are no longer known.
                with self.database:
                    self.database.execute("delete from rows")
                    self.database.execute("delete from place")
                link = self.beginning
                continue
            answer.raise_for_status()
            page = answer.json()
            self.save(page)
            link = page["next"]

    def save(self, page: dict) -> None:
        """Save a page and the link that continues after it in one transaction."""
        with self.database:
            rows = [(row["id"], json.dumps(row)) for row in page["data"]]
            self.database.executemany("insert or replace into rows values (?, ?)", rows)
            self.database.executemany("delete from rows where id = ?", [(one,) for one in page["removed"]])
            self.database.execute("insert or replace into place values (1, ?)", [page["resume"]])


def main() -> None:
    """Catch up once, or again and again until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="address of a list with updated_since")
    parser.add_argument("--file", default="copy.db")
    parser.add_argument("--every", type=float, help="catch up again after so many seconds")
    arguments = parser.parse_args()
    copy = Copy(arguments.file, arguments.address, os.environ["AIRA_KEY"])
    copy.catch_up()
    while arguments.every is not None:
        time.sleep(arguments.every)
        copy.catch_up()


if __name__ == "__main__":
    main()
