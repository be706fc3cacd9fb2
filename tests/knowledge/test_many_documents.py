import pytest

from tests.database import Database
from tests.tenant_rows import Rows


@pytest.mark.slow
def test_thirty_thousand_documents_are_updated_quickly_with_a_plan_for_one(database: Database, alices: Rows) -> None:
    """A connection keeps the plans of a trigger. A nested loop, right for one row, would take a minute here."""
    with database.connect() as connection:
        connection.execute(
            "insert into public.documents (business_id, user_id, file_name, file_path)"
            " select %s, %s, n::text, 'x' from generate_series(1, 30000) n",
            [alices.business, alices.user],
        )
        for _ in range(8):
            assert connection.execute("update public.documents set file_path = 'y' where file_name = '1'").rowcount == 1
        connection.execute("set statement_timeout = '20s'")
        assert connection.execute("update public.documents set file_path = 'z'").rowcount > 30_000
