"""Where reports and exports are read: from a standby that has all that was committed before somebody asked.

Else from the primary. Whoever just wrote therefore reads what they wrote, through whichever service. Nothing else reads
a standby.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, OperationalError, connections

ALIAS = "replica"
# How long a standby may take to come up with what the primary has, in seconds; and how long one that could not be
# reached is left alone.
PATIENCE = 2.0
PAUSE = 30.0
CLUSTER = "(select c.system_identifier from pg_catalog.pg_control_system() c)"
NOT_A_STANDBY = "DATABASE_REPLICA_URL leads to no standby of this database"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """alias: of the connection to read from; why: it is not the standby, empty where it is."""

    alias: str = ALIAS
    why: str = ""

    def __str__(self) -> str:
        return "replica" if self.alias == ALIAS else "primary"


class Router:
    """Nothing is migrated there, and no command's checks of the models ask it: it may be away."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool | None:
        return False if db == ALIAS else None


def configured() -> bool:
    return ALIAS in settings.DATABASES


def source() -> Source:
    """Waits for the standby, PATIENCE at most; says why in the log when it is passed by."""
    if not configured():
        return Source("default", "DATABASE_REPLICA_URL is not set")
    if connections["default"].in_atomic_block:
        return Source("default", "the transaction may have written")
    if why := passed_by.why():
        return Source("default", why)
    if why := why_not():
        logger.warning("Reading from the primary: %s.", why)
        return Source("default", why)
    return Source()


def why_not() -> str:
    """Why the standby will not do; empty where it will. One that can't be reached is left alone for a while."""
    try:
        cluster, position = written()
    except DatabaseError as error:
        return said("the primary", error)
    try:
        return catch_up(cluster, position)
    except DatabaseError as error:
        passed_by.for_a_while(error)
        return passed_by.why()


def read[Answer](ask: Callable[[str], Answer]) -> tuple[Answer, Source]:
    """What `ask` gives for the alias of a connection.

    A standby cancels queries that hold its replay up, and may go away: then the primary is asked.
    """
    chosen = source()
    if chosen.alias == ALIAS:
        try:
            return ask(ALIAS), chosen
        except OperationalError as error:
            chosen = Source("default", said("the standby", error))
            logger.warning("Reading from the primary: %s.", chosen.why)
            connections[ALIAS].close_if_unusable_or_obsolete()
    return ask("default"), chosen


def written() -> tuple[int, str]:
    """The cluster's identifier, and how far the primary has written."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {CLUSTER}, pg_catalog.pg_current_wal_lsn()::text")
        cluster, position = cursor.fetchone()
    return int(cluster), str(position)


def catch_up(cluster: int, position: str) -> str:
    """Empty once the standby has replayed up to there; else why it will not do."""
    until = time.monotonic() + PATIENCE
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
                return f"the standby is {behind:,} bytes of WAL behind after {PATIENCE:g} s"
            time.sleep(wait)
            wait = min(2 * wait, 0.2)


def said(who: str, error: DatabaseError) -> str:
    return f"{who} says: {str(error).strip().splitlines()[0]}"


class PassedBy:
    """A standby that could not be reached, until when: nobody waits for it meanwhile."""

    def __init__(self) -> None:
        self.until = 0.0
        self.because = ""

    def why(self) -> str:
        return self.because if time.monotonic() < self.until else ""

    def for_a_while(self, error: DatabaseError) -> None:
        self.because, self.until = said("the standby", error), time.monotonic() + PAUSE
        connections[ALIAS].close()


passed_by = PassedBy()
