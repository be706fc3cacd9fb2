from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def console(client: Client, staff: Any) -> Client:
    client.force_login(staff)
    return client
