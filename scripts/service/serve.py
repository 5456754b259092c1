"""`kanal serve`: binds the port, runs the service until a signal, and stops it within five
seconds."""

import asyncio
import errno
import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from typing import Any

from sanic.server.async_server import AsyncioServer

from scripts.service.node_socket import node_socket
from scripts.service.service import Service
from scripts.service.settings import Settings
from transport.correlation import name_request

logger = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

BACKLOG = 4096
"""Connections that may wait to be accepted. With Sanic's 100, many clients at once retry for
seconds."""

KERNEL_UNSENT_BYTES = 65_536
"""Unsent bytes that the kernel takes for one connection (TCP_NOTSENT_LOWAT). It would take
megabytes for a client that does not read; the rest waits in the send buffer, where it is
counted."""

GRACE = 3.0
"""Seconds that requests in flight and sockets get when the service stops."""

CLOSE_SOCKETS_TIMEOUT = 2.0
"""Seconds of those in which sockets are closed, while connections are still accepted."""


def log_to_standard_error() -> None:
    """Log lines on standard error, each with the request that it was made in."""
    # The format has no thread, process or source line (see the logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    handler = logging.StreamHandler()
    handler.addFilter(name_request)
    logging.basicConfig(
        level=logging.INFO,
        handlers=[handler],
        format="%(asctime)s %(levelname)s %(name)s [%(correlation_id)s] %(message)s",
    )
    logging.getLogger("sanic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs the URL of each request


def bind(settings: Settings) -> socket.socket:
    """The listening socket, bound before anything else starts. Raises OSError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
    except UnicodeError:  # a label of more than 63 characters, two dots in a row
        raise OSError(errno.EINVAL, "it is not the name of a host") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # its connections inherit it
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KERNEL_UNSENT_BYTES)
        listener.bind(address)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


async def serve(
    settings: Settings, database_url: str, listener: socket.socket, ready: Callable[[], None]
) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called when requests are accepted.

    Raises Unavailable where the database cannot be reached at the start, and the error of a
    background task that has failed.
    """
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = Service(settings, database_url)
    # Where there is a URL for the other nodes, they are to use that.
    own = node_socket(service.nodes.id) if settings.node_url is None else nullcontext()
    with own as found:
        beside, path = found or (None, None)
        await _serve(service, stop, [listener, beside] if beside else [listener], path, ready)


async def _serve(
    service: Service,
    stop: asyncio.Event,
    listeners: list[socket.socket],
    path: str | None,
    ready: Callable[[], None],
) -> None:
    """Serve at the port, and at the socket for other nodes, if there is one: at that path."""
    try:
        port = listeners[0].getsockname()[1]
        await service.start(failed=stop.set, port=port, socket=path)
        servers = [await _create_server(service, listener) for listener in listeners]
        await servers[0].startup()
        for server in servers:
            await server.start_serving()
        # The objects that exist now stay, so the collector need not go through them again; and most
        # garbage of requests has no cycles.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        ready()
        await stop.wait()
        await _close(servers, service)
    finally:
        await service.stop()
        # The stop is under way, up to that of an embedded Postgres: further signals are ignored.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)


async def _create_server(service: Service, listener: socket.socket) -> AsyncioServer:
    server = await service.app.create_server(
        sock=listener,
        return_asyncio_server=True,
        backlog=BACKLOG,
        asyncio_server_kwargs={"start_serving": False},
    )
    assert server is not None
    return server


async def _close(servers: Sequence[AsyncioServer], service: Service) -> None:
    """Close the sockets, leave the other nodes, stop accepting, and answer the requests in
    flight."""
    logger.info("stopping")
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            # Still accepting: over long-polling, a client fetches what is sent with a new request.
            with suppress(TimeoutError):
                await asyncio.wait_for(service.sockets.events.shut_down(), CLOSE_SOCKETS_TIMEOUT)
            await service.nodes.leave()
            for server in servers:
                server.close()
            while connections := _connections(servers):
                for connection in connections:
                    # A WebSocket is closed by its own code, after a flush.
                    if connection.websocket is None and not connection.close_if_idle():
                        connection.http.keep_alive = False  # it is closed after the answer
                await asyncio.sleep(0.02)
    for connection in _connections(servers):
        connection.abort()


def _connections(servers: Sequence[AsyncioServer]) -> list[Any]:
    return [connection for server in servers for connection in server.connections]
