"""Pass events on in the worker, and tell its dispatcher about subscriptions."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import InterfaceError, OperationalError, connections
from psycopg import AsyncConnection

from aira.events.fan_out import fan_out
from aira.events.sealing import unseal

log = logging.getLogger("aira.events")
POLL_SECONDS = 0.5
LONGEST_WAIT = 10

SECRETS = """
    select s.endpoint_id, s.secret, case when s.previous_until > now() then s.previous_secret end
    from private.webhook_subscriptions s
"""


async def run(stop: asyncio.Event, *, once: bool = False) -> None:
    """Pass events on until `stop` is set. With `once`, pass on what there is.

    If the database is lost, wait for it. Other errors are raised.
    """
    wait = POLL_SECONDS
    # Django keeps a connection for each thread.
    with ThreadPoolExecutor(1, "fan-out") as thread:
        loop = asyncio.get_running_loop()
        try:
            while not stop.is_set():
                try:
                    made = await loop.run_in_executor(thread, fan_out)
                    wait = POLL_SECONDS
                except (OperationalError, InterfaceError) as error:
                    if once:
                        raise
                    log.warning("fan-out lost the database and retries in %s s: %s", wait, error)
                    await loop.run_in_executor(thread, connections.close_all)
                    made, wait = 0, min(wait * 2, LONGEST_WAIT)
                if once:
                    return
                if not made:
                    await asyncio.wait([asyncio.create_task(stop.wait())], timeout=wait)
        finally:
            await loop.run_in_executor(thread, connections.close_all)


async def secrets(connection: AsyncConnection[Any]) -> dict[str, list[str]]:
    """Return the secrets of subscriptions by the endpoint's name, the current one first."""
    cursor = await connection.execute(SECRETS)
    found = {}
    for endpoint, *sealed in await cursor.fetchall():
        known = [opened(one) for one in sealed if one]
        if all(known):
            found[endpoint] = [one for one in known if one]
    return found


@lru_cache(10_000)
def opened(sealed: str) -> str | None:
    """Return a secret in the clear. Log the reason once if it can't be decrypted."""
    try:
        return unseal(sealed)
    except InvalidToken:
        log.error("a subscription's secret was encrypted with another SECRET_KEY. Add it to SECRET_KEY_FALLBACKS")
        return None
