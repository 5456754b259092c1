"""The handler of a Socket.IO server, as a protocol: what is told of connections and asked of it.

The server calls one handler for everything, in the order in which things happen to a connection:
`opened`, `greeting`, `connected`, `event` for each event, `left`, `closed`. A connection may end
after any of them.
"""

from collections.abc import Callable
from typing import Any, Protocol


class Handler(Protocol):
    """Serves all connections of a server, by their Engine.IO ids."""

    def opened(self, eio_sid: str, transport: str, address: str, client_address: str) -> None:
        """A connection was opened, over `polling` or a `websocket`, from an address as limits count
        them, and as it is; its client may stay silent."""

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

    async def hand_over(self, eio_sid: str) -> bytes | None:
        """End what is known of a connection, which goes on at another node: what is to be known of
        it there; None where it cannot go on, and nothing has ended."""
        ...

    def take_over(self, eio_sid: str, handed_over: bytes) -> Callable[[], None]:
        """Know a connection that another node has handed over. Answers what goes on with it, to be
        called once it can be sent to. Raises TakeOverFailed."""
        ...

    def closed(self, eio_sid: str, reason: str) -> None:
        """A connection has ended, for a reason in the words of Engine.IO."""

    def aborted(self, eio_sid: str, /) -> None:
        """A connection is being aborted: its unsent bytes exceed the high-water mark."""
