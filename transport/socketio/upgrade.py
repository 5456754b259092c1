"""The upgrade from long-polling to a WebSocket: the probe, and then the switch.

Engine.IO's client sends a ping "probe" over the WebSocket, is answered, and sends UPGRADE once its
last poll has returned. Whatever else comes ends the WebSocket, and polling goes on.

Where the WebSocket is lost in between, the JavaScript client lets its poll return, polls no more,
and waits for its ping timeout. So the poll is held until the answer is known to have come over the
WebSocket, and fails where the WebSocket is lost before, which makes any client connect anew.
Before and after, polls go on: a proxy may let a WebSocket through, and nothing over it.
"""

import asyncio
from typing import Protocol

from engineio import packet as eio_packet
from engineio.packet import Packet
from websockets.frames import CloseCode

from transport.socketio.sender import Sender
from transport.socketio.websocket import Reader, WebSocket

PROBE = "2probe"
SWITCH = "5"

UPGRADE_TIMEOUT = 10.0
"""Seconds until an upgrade is given up whose client has not switched, though nothing that it has
posted is left to be served."""


class Upgradable(Reader, Protocol):
    """A connection over long-polling, and the WebSocket that may take over from it."""

    closed: bool
    upgrading: bool
    queue: Sender
    websocket: WebSocket | None

    @property
    def is_serving(self) -> bool:
        """Whether something that the client has posted is being served."""
        ...

    async def served(self) -> None:
        """Return once nothing is."""

    def switch(self) -> None:
        """Send all that waits, and all that follows, over the WebSocket."""


class Upgrade:
    """The reader of a WebSocket until the connection has switched to it."""

    websocket: WebSocket
    """The one that it reads."""

    def __init__(self, connection: Upgradable) -> None:
        self._connection = connection
        self._expected = PROBE

    def begin(self, websocket: WebSocket) -> None:
        """Read it, for a while."""
        self.websocket = websocket
        self._set_deadline()

    def _set_deadline(self) -> None:
        loop = asyncio.get_running_loop()
        self._deadline: asyncio.TimerHandle | asyncio.Task[None]
        self._deadline = loop.call_later(UPGRADE_TIMEOUT, self._late)

    def _late(self) -> None:
        # The client switches once all that it has posted is answered. Where thousands come back
        # together that takes a while, and who is given up meanwhile polls for good.
        if self._connection.is_serving:
            self._deadline = asyncio.ensure_future(self._late_once_served())
        else:
            self.lost()

    async def _late_once_served(self) -> None:
        await self._connection.served()
        self._set_deadline()

    def received(self, data: str | bytes) -> None:
        connection = self._connection
        if data != self._expected or connection.closed:
            self._give_up()
            self.websocket.send_close(CloseCode.NORMAL_CLOSURE)
        elif data == PROBE:
            self._expected = SWITCH
            connection.queue.hold_poll()
            self.websocket.put_nowait(Packet(eio_packet.PONG, "probe"))
            self.websocket.ping()
        else:
            self._deadline.cancel()
            self.websocket.reader = connection
            connection.switch()

    def reached(self) -> None:
        self._connection.queue.release_poll()  # the client waits for it before it sends UPGRADE

    def lost(self) -> None:
        self._connection.queue.break_held_poll()
        self._give_up()
        self.websocket.abort()

    def _give_up(self) -> None:
        self._deadline.cancel()
        # The client may have begun another upgrade before this WebSocket has ended.
        if self._connection.websocket is self.websocket:
            self._connection.upgrading = False
            self._connection.queue.release_poll()
