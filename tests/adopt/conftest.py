"""One hosted-like server for a module; each test makes the originals that it needs."""

from collections.abc import Iterator

import pytest

from aira.embedded import Cluster
from tests.hosted import hosted_server


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with hosted_server("adopt") as cluster:
        yield cluster
