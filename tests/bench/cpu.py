"""Measure the CPU time of the server process of a connection, by the kernel's own count.

Other programs on the machine do not count. This needs Linux and a server on the same machine.
"""

from pathlib import Path
from typing import Any

import psycopg


class Cpu:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._count = Path(f"/proc/{connection.info.backend_pid}/schedstat")

    def so_far(self) -> int:
        """Return the CPU time in nanoseconds."""
        return int(self._count.read_text().split()[0])

    def seconds(self, query: str, *params: Any) -> float:
        """Return the server's CPU time for a statement, including parsing and answering."""
        before = self.so_far()
        self.connection.execute(query, params).fetchall()
        return (self.so_far() - before) / 1e9
