"""Provide clients with keys, and the site that runs for the tests of the API."""

from tests.api.conftest import everything as everything
from tests.api.conftest import running as running
from tests.api.conftest import with_key as with_key
