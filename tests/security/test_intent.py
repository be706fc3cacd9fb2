import pytest

from tests.database import Database
from tests.security.intent import checks


@pytest.mark.judges_server
def test_a_migrated_database_grants_exactly_the_intended_access(database: Database) -> None:
    connection = database.connect(autocommit=False)
    for name, check in checks(connection):
        with connection.transaction(force_rollback=True):
            try:
                check()
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error
    connection.close()
