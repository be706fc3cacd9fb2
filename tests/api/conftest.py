"""Programs with keys."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from aira.api import keys


@pytest.fixture
def with_key(db: None) -> Callable[..., APIClient]:
    """A client of a key with some scopes."""

    def make(*scopes: str, name: str = "tool", **given: Any) -> APIClient:
        made = keys.make(name=name, purpose="tests of the API", scopes=list(scopes), **given)
        client = APIClient(headers={"Authorization": f"Bearer {made.secret}"})
        client.key = made.key  # type: ignore[attr-defined]
        return client

    return make
