"""Read reports and exports from a standby that has all transactions committed before the request.

Otherwise read them from the primary. Staff therefore see their own writes through every service. Nothing else reads
from a standby.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, OperationalError, connections

ALIAS = "replica"
# Seconds that a standby has to catch up with the primary, and seconds for which an unreachable one is not tried again.
CATCH_UP_SECONDS = 2.0
PAUSE_SECONDS = 30.0
CLUSTER = "(select c.system_identifier from pg_catalog.pg_control_system() c)"
NOT_A_STANDBY = "DATABASE_REPLICA_URL does not lead to a standby of this database"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """Connection to read from.

    Attributes:
        alias: of the connection.
        why: the reason to use the primary. Empty for the standby.
    """

    alias: str = ALIAS
    why: str = ""

    def __str__(self) -> str:
        return "replica" if self.alias == ALIAS else "primary"


class Router:
    """Database router. Migrations and checks of models ignore the standby, which may be unavailable."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool | None:
        """Forbid migrations on the standby."""
        return False if db == ALIAS else None


def configured() -> bool:
    """Tell whether a standby is configured."""
    return ALIAS in settings.DATABASES


def source() -> Source:
    """Choose the connection, and wait for the standby if necessary. Log the reason for using the primary."""
    if not configured():
        return Source("default", "DATABASE_REPLICA_URL is not set")
    if connections["default"].in_atomic_block:
        return Source("default", "the transaction may have written rows")
    if why := unreachable.why():
        return Source("default", why)
    if why := refusal():
        logger.warning("Reading from the primary: %s.", why)
        return Source("default", why)
    return Source()


def refusal() -> str:
    """Return why the standby can't be used, or an empty text. An unreachable one is not tried again for a while."""
    try:
        cluster, position = written()
    except DatabaseError as error:
        return reason("the primary", error)
    try:
        return catch_up(cluster, position)
    except DatabaseError as error:
        unreachable.pause(error)
        return unreachable.why()


def read[Answer](ask: Callable[[str], Answer]) -> tuple[Answer, Source]:
    """Return the result of `ask` for the chosen connection, and the connection.

    A standby cancels queries that delay its replay, and can become unavailable. The primary is then asked.
    """
    chosen = source()
    if chosen.alias == ALIAS:
        try:
            return ask(ALIAS), chosen
        except OperationalError as error:
            chosen = Source("default", reason("the standby", error))
            logger.warning("Reading from the primary: %s.", chosen.why)
            connections[ALIAS].close_if_unusable_or_obsolete()
    return ask("default"), chosen


def written() -> tuple[int, str]:
    """Return the identifier of the cluster, and the position up to which the primary has written."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {CLUSTER}, pg_catalog.pg_current_wal_lsn()::text")
        cluster, position = cursor.fetchone()
    return int(cluster), str(position)


def catch_up(cluster: int, position: str) -> str:
    """Wait until the standby has replayed up to the position. Return the reason if it can't be used."""
    until = time.monotonic() + CATCH_UP_SECONDS
    wait = 0.005
    with connections[ALIAS].cursor() as cursor:
        while True:
            cursor.execute(
                f"select {CLUSTER} = %s and pg_catalog.pg_is_in_recovery(),"
                " pg_catalog.pg_wal_lsn_diff(%s::pg_lsn, pg_catalog.pg_last_wal_replay_lsn())",
                [cluster, position],
            )
            standby, behind = cursor.fetchone()
            if not standby:
                return NOT_A_STANDBY
            if behind <= 0:
                return ""
            if time.monotonic() + wait > until:
                return f"the standby is {behind:,} bytes of WAL behind after {CATCH_UP_SECONDS:g} s"
            time.sleep(wait)
            wait = min(2 * wait, 0.2)


def reason(who: str, error: DatabaseError) -> str:
    """Return an error with the server that raised it."""
    return f"{who} reports: {str(error).strip().splitlines()[0]}"


class Unreachable:
    """Pause after the standby was unreachable, during which nobody waits for it."""

    def __init__(self) -> None:
        self.until = 0.0
        self.reason = ""

    def why(self) -> str:
        """Return the reason during the pause, otherwise an empty text."""
        return self.reason if time.monotonic() < self.until else ""

    def pause(self, error: DatabaseError) -> None:
        """Start a pause."""
        self.reason, self.until = reason("the standby", error), time.monotonic() + PAUSE_SECONDS
        connections[ALIAS].close()


unreachable = Unreachable()
