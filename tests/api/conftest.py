from typing import Any

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def api(staff: Any) -> APIClient:
    client = APIClient()
    client.force_login(staff)
    return client
