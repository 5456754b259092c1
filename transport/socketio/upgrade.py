"""The upgrade from long-polling to a WebSocket: the probe, and then the switch.

Engine.IO's client sends a ping "probe" over the WebSocket, is answered, and sends UPGRADE once its
last poll has returned. Whatever else comes ends the WebSocket, and polling goes on.
"""

from typing import Protocol

from engineio import packet as eio_packet
from engineio.packet import Packet
from websockets.frames import CloseCode

from transport.socketio.sender import Sender
from transport.socketio.websocket import Reader, WebSocket

PROBE = "2probe"
SWITCH = "5"


class Upgradable(Reader, Protocol):
    """A connection over long-polling, and the WebSocket that may take over from it."""

    closed: bool
    upgrading: bool
    queue: Sender
    websocket: WebSocket | None

    def switch(self) -> None:
        """Send all that waits, and all that follows, over the WebSocket."""


class Upgrade:
    """The reader of a WebSocket until the connection has switched to it."""

    websocket: WebSocket
    """The one that it reads."""

    def __init__(self, connection: Upgradable) -> None:
        self._connection = connection
        self._expected = PROBE

    def received(self, data: str | bytes) -> None:
        connection = self._connection
        if data != self._expected or connection.closed:
            self._give_up()
            self.websocket.send_close(CloseCode.NORMAL_CLOSURE)
        elif data == PROBE:
            self._expected = SWITCH
            self.websocket.put_nowait(Packet(eio_packet.PONG, "probe"))
            connection.queue.answer_poll()  # the client waits for it before it sends UPGRADE
        else:
            self.websocket.reader = connection
            connection.switch()

    def lost(self) -> None:
        self._give_up()
        self.websocket.abort()

    def _give_up(self) -> None:
        # The client may have begun another upgrade before this WebSocket has ended.
        if self._connection.websocket is self.websocket:
            self._connection.upgrading = False
