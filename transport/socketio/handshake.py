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

from transport.socketio.packets import MAX_MESSAGE_SIZE
from transport.socketio.websocket import Reader, WebSocket

logger = logging.getLogger(__name__)


def accept_websocket(request: Request, reader: Reader, high_water_mark: int) -> WebSocket:
    """Answer the handshake (RFC 6455, 4.2); from then on the transport is the WebSocket's.

    `high_water_mark` is in bytes. Raises SanicException where the request is no handshake.
    """
    protocol = ServerProtocol(state=State.OPEN, max_size=MAX_MESSAGE_SIZE, logger=logger)
    response = protocol.accept(Handshake(request.path, Headers(request.headers)))
    if response.status_code != 101:
        raise SanicException(bytes(response.body), response.status_code)
    transport = cast(asyncio.Transport, request.transport)
    sanic = cast(Any, transport.get_protocol())
    websocket = WebSocket(protocol, transport, sanic.connections, reader, high_water_mark)
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
