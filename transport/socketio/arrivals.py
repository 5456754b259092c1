"""The arrivals: connections that another node has handed over go on here, under the ids that they
had."""

from typing import TYPE_CHECKING, Any

from transport.socketio.connection import Connection
from transport.socketio.elsewhere import MovedConnection
from transport.socketio.packets import packet_of
from transport.socketio.websocket import WebSocket

if TYPE_CHECKING:
    from transport.socketio.server import SocketServer

NO_ENVIRON: dict[str, Any] = {}
"""What is kept of the request that opened a connection."""


class Arrivals:
    """Makes connections of a server of those that arrive."""

    def __init__(self, server: "SocketServer") -> None:
        self._server = server

    def take_in(self, eio_sid: str, websocket: WebSocket, moved: MovedConnection) -> Connection:
        """Go on with a connection over a WebSocket: what waited for it is sent first. Raises
        TakeOverFailed."""
        server = self._server
        go_on = server.handler.take_over(eio_sid, moved.session)
        connection = server.eio.sockets[eio_sid] = Connection(server.eio, eio_sid)
        server.environ[eio_sid] = NO_ENVIRON
        if moved.sid is not None:
            server.manager.basic_enter_room(moved.sid, "/", None, eio_sid=eio_sid)
        connection.go_on(websocket, [packet_of(encoded) for encoded in moved.unsent])
        go_on()
        return connection
