"""Looks up names in threads of their own: a name whose servers do not answer keeps a thread for
half a minute, and the event loop, which looks up the database's name, has few."""

import asyncio
import socket
import threading
from contextlib import suppress

LOOKUPS_AT_ONCE = 64
"""Threads, at most."""


class NameLookup:
    """Looks up names; whoever asks for one that is being looked up waits for the same answer."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, int | None], asyncio.Future[list[str]]] = {}
        self._may_begin = asyncio.Semaphore(LOOKUPS_AT_ONCE)

    async def addresses(self, host: str, port: int | None) -> list[str]:
        """The addresses of a name, or of an address in whatever notation the system reads, in the
        order in which to try them. Raises OSError, UnicodeError."""
        key = (host, port)
        if (found := self._under_way.get(key)) is None:
            await self._may_begin.acquire()
            found = self._under_way.get(key)
            if found is None:
                found = self._under_way[key] = self._begin(key)
            else:
                self._may_begin.release()
        return await asyncio.shield(found)

    def _begin(self, key: tuple[str, int | None]) -> "asyncio.Future[list[str]]":
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[str]] = loop.create_future()

        def end(addresses: list[str], error: Exception | None) -> None:
            self._may_begin.release()
            del self._under_way[key]
            if error is None:
                found.set_result(addresses)
            else:
                found.set_exception(error)
                found.exception()  # nobody need wait for it any more

        def look_up() -> None:
            addresses, failed = [], None
            try:
                answer = socket.getaddrinfo(*key, type=socket.SOCK_STREAM)
                addresses = list(dict.fromkeys(str(place[0]) for *_, place in answer))
            except Exception as error:
                failed = error
            with suppress(RuntimeError):  # the loop may have ended before
                loop.call_soon_threadsafe(end, addresses, failed)

        # A daemon: the process does not wait for it when it ends.
        threading.Thread(target=look_up, name="looking up a name", daemon=True).start()
        return found
