"""Test times outside Python's calendar: they affect only their own row."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.urls import reverse

from aira.schema.timestamps import EARLIEST, LATEST, read_all_times
from tests.billing.test_gone_accounts import signed_in
from tests.database import Database
from tests.tenant_rows import Rows


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("infinity", LATEST),
        ("-infinity", EARLIEST),
        ("294276-12-31 20:00+00", LATEST),
        ("9999-12-31 23:59+00", LATEST),
        ("4713-01-02 00:00+00 BC", EARLIEST),
        ("0001-01-01 00:00+00", EARLIEST),
        ("2026-11-28 01:02:03.000004+00", datetime(2026, 11, 28, 1, 2, 3, 4, UTC)),
        (None, None),
    ],
)
def test_every_time_can_be_read(db: None, written: str | None, read: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select %s::timestamptz", [written])
        assert cursor.fetchone() == (read,)


def test_a_connection_that_a_pool_returns_often_still_reads_all_times(db: None) -> None:
    """Django sends its signal each time the pool returns the same connection."""
    for _ in range(2000):
        read_all_times(connection=connection)
    with connection.cursor() as cursor:
        cursor.execute("select 'infinity'::timestamptz, '2026-11-28 01:02:03+00'::timestamptz")
        assert cursor.fetchone() == (LATEST, datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC))


def test_a_list_with_a_time_out_of_range_is_shown(database: Database, alices: Rows, in_its_database: None) -> None:
    database.owner("update public.business_numbers set purchase_date = 'infinity', created_at = '-infinity'")
    client = signed_in("sam")
    for page in ("telephony_businessnumber", "billing_transaction"):
        assert client.get(reverse(f"admin:{page}_changelist")).status_code == 200
    number = reverse("admin:telephony_businessnumber_change", args=[alices.number])
    assert "9999" in client.get(number).content.decode()
