"""The time at which processing ended, and the figures about it."""

import random
import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.analytics.test_analytics import refresh_view
from tests.database import Database, Sql
from tests.tenant_rows import Rows

AsService = Callable[[str], Any]


def processed(owner: Sql, rows: Rows) -> Any:
    return owner("select processed_at from public.documents where id = %s", rows.document).fetchone()[0]


def test_the_end_of_processing_is_recorded_and_taken_back_when_it_is_queued_again(
    owner: Sql, as_service: AsService, alices: Rows
) -> None:
    assert processed(owner, alices) is None
    for outcome in ("completed", "failed"):
        with as_service("kb_updater") as sql:
            assert sql("select document_started(%s, attempts) from documents", alices.document).fetchone()
        assert processed(owner, alices) is None
        with as_service("kb_updater") as sql:
            sql(
                "update documents set processing_status = %s, processing_error = 'x' where id = %s",
                outcome,
                alices.document,
            )
            [now] = sql("select now()").fetchone()
        assert processed(owner, alices) == now
        with as_service("service_role") as sql:
            sql("update documents set file_name = 'renamed.pdf'")
        assert processed(owner, alices) == now
        with as_service("service_role") as sql:
            sql("update documents set processing_status = 'pending'")
        assert processed(owner, alices) is None


def test_no_role_can_set_the_end_of_processing(owner: Sql, as_service: AsService, alices: Rows) -> None:
    with as_service("console") as sql:
        assert sql("update public.documents set processed_at = now()").rowcount == 1
    assert processed(owner, alices) is None


def figures(database: Database, where: str, *params: Any) -> dict[Any, tuple[Any, ...]]:
    query = f"select day, uploaded, completed, failed, median_seconds, p95_seconds from analytics.document_processing where {where}"
    return {day: tuple(rest) for day, *rest in database.owner(query, *params)}


def percentile(values: list[float], share: float) -> float:
    """Return a percentile, interpolated like percentile_cont."""
    values = sorted(values)
    at = share * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def expected(documents: list[dict[str, Any]]) -> dict[Any, tuple[Any, ...]]:
    days = {document["created_at"].date() for document in documents}
    days |= {document["processed_at"].date() for document in documents if document["processed_at"]}
    found = {}
    for day in days:
        done = [each for each in documents if each["processed_at"] and each["processed_at"].date() == day]
        times = [(each["processed_at"] - each["processing_started_at"]).total_seconds() for each in done]
        times = [seconds for seconds in times if seconds > 0]
        found[day] = (
            sum(each["created_at"].date() == day for each in documents),
            sum(each["processing_status"] == "completed" for each in done),
            sum(each["processing_status"] == "failed" for each in done),
            round(statistics.median(times), 3) if times else None,
            round(percentile(times, 0.95), 3) if times else None,
        )
    return found


def test_the_figures_equal_counts_and_times_of_the_documents(database: Database, alices: Rows, bobs: Rows) -> None:
    dice = random.Random("documents")
    database.owner("delete from public.documents")
    documents = []
    for _ in range(200):
        created = datetime(2026, 5, dice.randint(1, 9), dice.choice((0, 23)), dice.randint(0, 59), tzinfo=UTC)
        status = dice.choice(("pending", "processing", "completed", "failed"))
        started = created + timedelta(seconds=dice.randint(1, 7000)) if status != "pending" else None
        ended = status in ("completed", "failed")
        documents.append(
            {
                "business_id": dice.choice((alices, bobs)).business,
                "created_at": created,
                "processing_status": status,
                "processing_started_at": started,
                # Some documents are reported as completed without a start, so their time is unknown.
                "processed_at": started + timedelta(milliseconds=dice.choice((0, dice.randint(1, 90_000)))) if ended else None,
                "deleted_at": created if dice.random() < 0.1 else None,
            }
        )  # fmt: skip
    owners = {alices.business: alices.user, bobs.business: bobs.user}
    with database.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.cursor().executemany(
            "insert into public.documents (business_id, user_id, file_name, file_path, processing_error, created_at,"
            " processing_status, processing_started_at, processed_at, deleted_at)"
            " values (%(business_id)s, %(user_id)s, 'x', 'x', 'x', %(created_at)s, %(processing_status)s,"
            " %(processing_started_at)s, %(processed_at)s, %(deleted_at)s)",
            [each | {"user_id": owners[each["business_id"]]} for each in documents],
        )
    with database.connect("console") as connection:
        connection.execute("set timezone = 'America/Los_Angeles'")
        connection.execute("select private.refresh_analytics('document_processing')")
    alive = [each for each in documents if not each["deleted_at"]]

    def close(one: dict[Any, tuple[Any, ...]], other: dict[Any, tuple[Any, ...]]) -> None:
        assert one.keys() == other.keys()
        for day, row in one.items():
            assert row[:3] == other[day][:3]
            for got, want in zip(row[3:], other[day][3:], strict=True):
                assert (got is None) == (want is None)
                assert got is None or abs(float(got) - want) < 0.002

    close(figures(database, "user_id is null"), expected(alive))
    for rows in (alices, bobs):
        own = [each for each in alive if each["business_id"] == rows.business]
        assert own
        close(figures(database, "user_id = %s", rows.user), expected(own))
        with database.as_user(rows.user) as sql:
            query = (
                "select day, uploaded, completed, failed, median_seconds, p95_seconds from document_processing_by_day"
            )
            close({day: tuple(rest) for day, *rest in sql(query)}, expected(own))


def test_an_imported_completed_document_has_no_processing_time(database: Database, alices: Rows) -> None:
    database.owner(
        "insert into public.documents (business_id, file_name, file_path, processing_status) values (%s, 'x', 'x', 'completed')",
        alices.business,
    )
    refresh_view(database, "document_processing")
    [row] = figures(database, "user_id = %s", alices.user).values()
    assert row == (2, 0, 0, None, None)
