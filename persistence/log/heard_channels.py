"""The channels of which a connection is notified: the wake-up changes them while it listens."""

from collections.abc import Callable, Collection
from typing import Any

from persistence.database.pool import Connection


class HeardChannels:
    """Those of one connection; none at first."""

    def __init__(self, connection: Connection, notified: Callable[..., Any]) -> None:
        """`notified` is called as asyncpg's listeners are."""
        self._connection = connection
        self._notified = notified
        self._heard: frozenset[str] = frozenset()

    async def hear(self, channels: Collection[str]) -> bool:
        """Be notified of these channels alone; whether one of them is new, of which notifications
        were missed until here."""
        wanted, heard = frozenset(channels), self._heard
        for channel in wanted - heard:
            await self._connection.add_listener(channel, self._notified)
        for channel in heard - wanted:
            await self._connection.remove_listener(channel, self._notified)
        self._heard = wanted
        return bool(wanted - heard)
