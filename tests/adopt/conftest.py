"""Start one server like hosted Supabase for each module. Each test creates the original databases that it needs."""

from collections.abc import Iterator

import pytest

from aira.embedded import Cluster
from tests.hosted import hosted_server


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with hosted_server("adopt") as cluster:
        yield cluster


@pytest.fixture(scope="session", autouse=True)
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compute the statements of an adoption once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADOPT_PLANS", str(tmp_path_factory.mktemp("plans")))
        yield
