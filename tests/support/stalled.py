"""A client that authenticates over WebSocket and then reads nothing more."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

from tests.support.clients import PATIENCE
from tests.support.engine_io import WebSocketSession, websocket_url

RECEIVE_BUFFER = 4_096
"""Bytes that the kernel keeps for it, so that what it leaves unread waits in the service."""


@asynccontextmanager
async def stalled_client(
    url: str, token: str, *, tls: ssl.SSLContext | None = None, **auth: Any
) -> AsyncIterator[WebSocketSession]:
    """An authenticated session whose connection is not read from; it may be later."""
    parts = urlsplit(url)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (parts.hostname, parts.port))
    async with connect(
        websocket_url(url),
        sock=sock,
        ssl=tls,
        ping_interval=None,
        max_size=None,
        max_queue=None,
        close_timeout=PATIENCE,
    ) as connection:
        opened = await asyncio.wait_for(connection.recv(), PATIENCE)
        session = WebSocketSession(connection, json.loads(opened[1:])["sid"])
        await session.auth(token, **auth)
        connection.transport.pause_reading()
        try:
            yield session
        finally:
            connection.transport.abort()
