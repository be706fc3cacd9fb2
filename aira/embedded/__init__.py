"""Run the embedded PostgreSQL that `make run` and `make test` use if DATABASE_URL is not set.

A package provides the server's binaries. This room starts, secures and finds the server. Each cluster has a folder with
its data, socket, passwords and log. `python -m aira.embedded --help` lists the commands.
"""

from aira.embedded.cluster import Cluster
from aira.embedded.locations import (
    PROJECT,
    EmbeddedError,
    free_port,
    make_folder,
    memory_home,
    reachable,
    unprivileged_user,
    wheel_binaries,
)

__all__ = [
    "PROJECT",
    "Cluster",
    "EmbeddedError",
    "free_port",
    "make_folder",
    "memory_home",
    "reachable",
    "unprivileged_user",
    "wheel_binaries",
]
