"""The subscribers: whoever is told of channels, each over a way of its own.

Most are kanal-clients (`kanal_clients.py`), whose states are what they saw. Beside them listen two
stock clients of each language (`stock_clients.py`), for what only raw sockets show: that each event
is heard once on a connection, in the order of the log, and that `recovered` is true of what comes
then. They also authenticate anew on live connections, as a kanal-client does only where it must.
Those are processes of their own. Readers of the feed (`feed_readers.py`) are as services read it.
"""

import signal
from abc import ABC, abstractmethod

from tests.faults.history import Create
from tests.faults.proxy import Proxy
from tests.faults.recorder import Recorder
from tests.support.clients import Heard, ProcessClient
from tests.support.tokens import token

LASTING = 86_400.0
"""Seconds that a token lives, unless it is to expire."""

LONGEST_RETURN = 60.0
"""Seconds. A stock client may wait for 45 until it finds that its connection has ended without a
word."""


class Subscriber(ABC):
    """One of them: what may befall it, and what is waited for."""

    def __init__(
        self, name: str, way: Proxy, access: tuple[str, tuple[str, ...]], recorder: Recorder
    ) -> None:
        self.name = name
        self._way = way
        self._access = access
        self._recorder = recorder

    @abstractmethod
    async def run(self) -> None:
        """Take in what it is told, for ever."""

    @abstractmethod
    async def has_begun(self) -> bool:
        """Whether it has authenticated."""

    @abstractmethod
    async def is_level(self, create: Create) -> bool:
        """Whether it knows of a channel that was created, which all may see, if it is told of that
        workspace."""

    @abstractmethod
    async def expire(self, ttl: float, *, is_live: bool) -> None:
        """Let it have a token that lives for so many seconds, on the connection that is live where
        it can do that, else with the next one; it has a lasting one after that."""

    @abstractmethod
    def freeze(self) -> None:
        """Let it stand still, with its connections open."""

    @abstractmethod
    def thaw(self) -> None: ...

    def returns_within(self, position: int) -> float:
        """Seconds in which it must have come back, and know of a channel at that position."""
        return LONGEST_RETURN

    async def drop(self) -> None:
        """End its connections."""
        await self._way.drop()

    def _token(self, ttl: float = LASTING) -> str:
        user, workspaces = self._access
        return token(user, workspaces, ttl=ttl)

    def _note(self, what: str) -> None:
        self._recorder.note(self.name, what)


class ProcessSubscriber(Subscriber):
    """A client of sockets, in a process of its own."""

    def __init__(
        self,
        name: str,
        client: ProcessClient,
        way: Proxy,
        access: tuple[str, tuple[str, ...]],
        recorder: Recorder,
    ) -> None:
        super().__init__(name, way, access, recorder)
        self._client = client

    async def run(self) -> None:
        heard = self._client.heard
        while True:
            await self._client.until(lambda: heard, within=None)
            for each in heard:
                await self._take_in(each)
            heard.clear()

    def freeze(self) -> None:
        self._client.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._client.signal(signal.SIGCONT)

    @abstractmethod
    async def _take_in(self, heard: Heard) -> None: ...
