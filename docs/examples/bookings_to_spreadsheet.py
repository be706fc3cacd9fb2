"""Keep a spreadsheet of bookings up to date: an example of a program that runs each night.

    AIRA_URL=https://aira.example AIRA_KEY=aira_… python bookings_to_spreadsheet.py bookings.xlsx

The key needs the scopes appointments:read and businesses:read, and personal:read for names and phone numbers. The
spreadsheet has one row for each booking. Columns that people add to the right of these stay as they are.
"""

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from aira_client import Client
from aira_client.models import Appointment, Business

HEADS = ("Id", "Business", "Start", "Minutes", "Customer", "Phone", "Service", "Status", "Notes")


def read(client: Client, past: int, ahead: int) -> list[tuple[Any, ...]]:
    """Return the rows of the spreadsheet for the bookings of some days, with the trash."""
    businesses = {business.id: business for business in client.businesses.list(trashed="any", page_size=200)}
    now = datetime.now(UTC)
    found = client.appointments.list(
        scheduled_at__gte=now - timedelta(days=past),
        scheduled_at__lt=now + timedelta(days=ahead),
        ordering="scheduled_at",
        trashed="any",
        page_size=200,
    )
    return [cells(row, businesses[row.business]) for row in found]


def cells(row: Appointment, business: Business) -> tuple[Any, ...]:
    """Return the cells of one booking. A spreadsheet has no time zones, so its times are those of the business."""
    start = row.scheduled_at.astimezone(ZoneInfo(business.timezone)).replace(tzinfo=None)
    status = "in the trash" if row.deleted_at else row.status
    return (
        *(str(row.id), business.name, start, row.duration, row.customer_name, row.customer_phone, row.service_type),
        *(status, row.notes),
    )


def write(file: Path, rows: list[tuple[Any, ...]]) -> None:
    """Change the rows of known bookings, and append the others. The file is replaced when it is complete."""
    book = load_workbook(file) if file.exists() else Workbook()
    sheet: Any = book.active
    if sheet.max_row == 1:
        put(sheet, 1, HEADS)
    known = {sheet.cell(number, 1).value: number for number in range(2, sheet.max_row + 1)}
    for row in rows:
        put(sheet, known.get(row[0]) or sheet.max_row + 1, row)
    part = file.with_name(f".{file.name}")
    book.save(part)
    part.replace(file)


def put(sheet: Worksheet, number: int, values: tuple[Any, ...]) -> None:
    """Write the cells of one row."""
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(number, column, value)
        if isinstance(value, str):
            # A customer can be called =1+1. Keep it a text, so that no spreadsheet computes it.
            cell.data_type = "s"


def main() -> None:
    """Read the bookings and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--past", type=int, default=30, help="days before today")
    parser.add_argument("--ahead", type=int, default=400, help="days after today")
    given = parser.parse_args()
    with Client(os.environ["AIRA_URL"], os.environ["AIRA_KEY"]) as client:
        rows = read(client, given.past, given.ahead)
    write(given.file, rows)
    print(f"{len(rows)} bookings")


if __name__ == "__main__":
    main()
