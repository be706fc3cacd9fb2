"""The embedded PostgreSQL that `make run` and `make test` use when DATABASE_URL is not set.

Only the server's binaries come from a package; starting, securing and finding it again happens here. One folder per
cluster holds its data, its socket, its passwords and its log. `python -m aira.embedded --help` lists what can be done.
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
