"""Share the worker of the outbox's tests with the tests of documents."""

from tests.outbox.conftest import unused_port, worker

__all__ = ["unused_port", "worker"]
