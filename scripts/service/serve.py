"""`kanal serve`: binds the port, runs the service until a signal, drains it, and stops it within
five seconds."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sanic.server.async_server import AsyncioServer

from scripts.service.drain import Drain
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
    family, _, _, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM
    )[0]
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
    drain = Drain(settings.drain)
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, drain.begin)
    service = Service(settings, database_url)
    try:
        await service.start(failed=drain.skip)
        server = await service.app.create_server(
            sock=listener,
            return_asyncio_server=True,
            backlog=BACKLOG,
            asyncio_server_kwargs={"start_serving": False},
        )
        assert server is not None
        await server.startup()
        await server.start_serving()
        # The objects that exist now stay, so the collector need not go through them again; and most
        # garbage of requests has no cycles.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        ready()
        await drain.begun.wait()
        logger.info("stopping")
        service.is_leaving = True
        await drain.run(service.sockets.events)
        await _close(server, service)
    finally:
        await service.stop()
        # The stop is under way, up to that of an embedded Postgres: further signals are ignored.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)


async def _close(server: AsyncioServer, service: Service) -> None:
    """Close the sockets, stop accepting, and answer the requests in flight."""
    connections: set[Any] = server.connections
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            # Still accepting: over long-polling, a client fetches what is sent with a new request.
            with suppress(TimeoutError):
                await asyncio.wait_for(service.sockets.events.shut_down(), CLOSE_SOCKETS_TIMEOUT)
            server.close()
            while connections:
                for connection in list(connections):
                    # A WebSocket is closed by its own code, after a flush.
                    if connection.websocket is None and not connection.close_if_idle():
                        connection.http.keep_alive = False  # it is closed after the answer
                await asyncio.sleep(0.02)
    for connection in list(connections):
        connection.abort()
