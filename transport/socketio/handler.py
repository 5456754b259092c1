"""The handler of a Socket.IO server, as a protocol: what is told of connections and asked of it.

The server calls one handler for everything, in the order in which things happen to a connection:
`opened`, `greeting`, `connected`, `event` for each event, `left`, `closed`. A connection may end
after any of them.
"""

from typing import Any, Protocol


class Handler(Protocol):
    """Serves all connections of a server, by their Engine.IO ids."""

    def opened(self, eio_sid: str, address: str) -> None:
        """A connection was opened, over long-polling or a WebSocket, from an address as limits
        count them; its client may stay silent."""

    async def greeting(self, eio_sid: str, auth: Any) -> dict[str, str]:
        """A client enters the default namespace, with the `auth` of its handshake: what the answer
        to its CONNECT is to hold beside its id."""
        ...

    async def connected(self, eio_sid: str, auth: Any) -> None:
        """The CONNECT was answered."""

    async def event(self, eio_sid: str, name: str, arguments: list[Any]) -> Any:
        """A client sent an event, whatever its name. Answers what its acknowledgement holds, where
        it wants one. Never raises."""

    async def left(self, eio_sid: str) -> None:
        """A client left the default namespace; its connection may be open still."""

    def closed(self, eio_sid: str) -> None:
        """A connection has ended."""

    def aborted(self, eio_sid: str, /) -> None:
        """A connection is being aborted: its unsent bytes exceed the high-water mark."""
