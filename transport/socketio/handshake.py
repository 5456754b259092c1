"""The opening handshake of a WebSocket: answers a request and takes its transport from Sanic."""

import asyncio
import logging
from typing import Any, cast

from sanic.exceptions import SanicException
from sanic.request import Request
from websockets.datastructures import Headers
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.utils import accept_key

from transport.socketio.packets import MAX_MESSAGE_SIZE
from transport.socketio.websocket import Reader, WebSocket

logger = logging.getLogger(__name__)

_ACCEPTED = (
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: %s\r\n"
    "\r\n"
)


def accept_websocket(
    request: Request, reader: Reader, high_water_mark: int, *, max_size: int = MAX_MESSAGE_SIZE
) -> WebSocket:
    """Answer the handshake (RFC 6455, 4.2); from then on the transport is the WebSocket's.

    `high_water_mark` is in bytes, and so is `max_size`, that of a message that comes. Raises
    SanicException where the request is no handshake.
    """
    protocol = _server_protocol(max_size)
    response = protocol.accept(Handshake(request.path, Headers(request.headers)))
    if response.status_code != 101:
        raise SanicException(bytes(response.body), response.status_code)
    transport = cast(asyncio.Transport, request.transport)
    sanic = cast(Any, transport.get_protocol())
    websocket = _websocket(protocol, transport, sanic.connections, reader, high_water_mark)
    transport.write(response.serialize())
    sanic.transport = None  # Sanic's task closes the transport that it has, when it ends
    sanic.connections.discard(sanic)
    # What Sanic keeps for the connection refers to itself in two places: by the method that was to
    # answer, and by a timer, which keeps its callback after it has run. When thousands of
    # connections had ended, the collector of cycles would stop everybody else to find them.
    sanic.http.response_func = None
    if sanic._callback_check_timeouts is not None:
        sanic._callback_check_timeouts.cancel()
    transport.set_protocol(websocket)
    transport.resume_reading()  # Sanic pauses it where much has come
    if sanic.recv_buffer:
        loop = asyncio.get_running_loop()
        loop.call_soon(websocket.data_received, bytes(sanic.recv_buffer))
    return websocket


def accept_key_of(
    key: str,
    transport: asyncio.Transport,
    connections: set[Any],
    reader: Reader,
    high_water_mark: int,
) -> WebSocket:
    """Answer a handshake that was found to be right, by its key, before Sanic has seen it.

    `connections` are those that the HTTP server ends when it stops; `high_water_mark` is in bytes.
    """
    protocol = _server_protocol(MAX_MESSAGE_SIZE)
    websocket = _websocket(protocol, transport, connections, reader, high_water_mark)
    transport.write((_ACCEPTED % accept_key(key)).encode())
    transport.set_protocol(websocket)
    return websocket


def _server_protocol(max_size: int) -> ServerProtocol:
    return ServerProtocol(state=State.OPEN, max_size=max_size, logger=logger)


def _websocket(
    protocol: ServerProtocol,
    transport: asyncio.Transport,
    connections: set[Any],
    reader: Reader,
    high_water_mark: int,
) -> WebSocket:
    """The WebSocket, paused where the transport has told the protocol before it to be."""
    websocket = WebSocket(protocol, transport, connections, reader, high_water_mark)
    if cast(Any, transport.get_protocol()).is_paused:
        websocket.pause_writing()
    return websocket
