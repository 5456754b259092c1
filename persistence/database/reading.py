"""Reading: how those who only read the database ask it, so that a replica may answer for it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

import asyncpg

T = TypeVar("T")

Ask = Callable[[asyncpg.Connection], Awaitable[T]]
"""Reads something with a connection; where that fails, it may be asked again with another."""


class Connections(Protocol):
    """Whatever has connections with which the database can be read."""

    def acquire(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection. Raises Unavailable, also for what happens while it is used."""
        ...


class Reading(Protocol):
    """Whatever answers who reads the database."""

    async def read(self, ask: Ask[T], *, upto: int = 0) -> T:
        """What `ask` answers with a connection to a copy of the database that has the log up to the
        position `upto`. Raises Unavailable."""
        ...
