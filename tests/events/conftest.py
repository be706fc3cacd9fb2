"""Provide workers that can read the secrets which the tests encrypt."""

import subprocess

import pytest
from django.conf import settings as django_settings

from tests.api.conftest import with_key as with_key
from tests.outbox.conftest import Start
from tests.outbox.conftest import unused_port as unused_port
from tests.outbox.conftest import worker as plain_worker

any_worker = pytest.fixture(name="any_worker")(plain_worker.__wrapped__)  # type: ignore[attr-defined]


@pytest.fixture
def worker(any_worker: Start) -> Start:
    """Start workers with the SECRET_KEY of the tests."""
    key = django_settings.SECRET_KEY

    def start(*args: str, **environment: str) -> subprocess.Popen[str]:
        return any_worker(*args, **{"SECRET_KEY": key, **environment})

    return start
