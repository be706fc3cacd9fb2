"""Provide a way to the database that breaks when a test says so."""

import contextlib
import select
import socket
import threading
from typing import Literal

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"


class Proxy:
    """Pass bytes between clients and PostgreSQL.

    cut: where the connection of the next marked transaction breaks: before the server gets its COMMIT, or after the
    server has carried it out.
    marked: a text that marks the transactions whose statements contain it.
    """

    def __init__(self, host: str, port: int, marked: bytes) -> None:
        self.target, self.marked = (host, port), marked
        self.cut: Literal["before", "after"] | None = None
        self.away = False
        self.pairs: set[tuple[socket.socket, socket.socket]] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.away:
                    client.close()
                    continue
                pair = client, socket.create_connection(self.target)
                self.pairs.add(pair)
                threading.Thread(target=self.serve, args=pair, daemon=True).start()

    def serve(self, client: socket.socket, server: socket.socket) -> None:
        meant = False
        with client, server, contextlib.suppress(OSError, ValueError):
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    if not (data := ready.recv(65536)):
                        return
                    if ready is server:
                        client.sendall(data)
                        continue
                    meant = meant or self.marked in data
                    if meant and self.cut and COMMIT in data:
                        if self.cut == "after":
                            server.sendall(data)
                            answer = b""
                            while COMMITTED not in answer:
                                answer += server.recv(65536)
                        self.cut = None
                        return
                    server.sendall(data)
                    # The bytes after this point belong to another transaction.
                    meant = meant and COMMIT not in data

    def go_away(self) -> None:
        """Break every connection, and refuse new ones until `come_back`."""
        self.away = True
        for pair in self.pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()

    def come_back(self) -> None:
        self.away = False

    def close(self) -> None:
        self.listener.close()
        self.go_away()
