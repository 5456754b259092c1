"""`kanal serve`: takes the port, finds a database, runs the service until told to stop."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sanic.server.async_server import AsyncioServer

from scripts.service.service import Service
from scripts.service.settings import Settings
from transport.correlation import name_request

logger = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

BACKLOG = 4096
"""Connections that may wait to be accepted; Sanic's 100 turns a storm into retries of seconds."""

KERNEL_UNSENT = 65_536
"""Bytes that the kernel takes before they can be sent; beyond it they wait in the service, where
they are counted. The kernel would take megabytes for a client that does not read."""

GRACE = 3.0
"""Seconds that what is in flight gets to finish when the service stops."""

LETTING_GO = 2.0
"""Seconds of them in which sockets get their answers, before nothing more is accepted."""


def log_to_standard_error() -> None:
    """Log lines on standard error, each with the request that it was made in."""
    # What no line says need not be found out for each (the logging HOWTO, "Optimization").
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


def bind(settings: Settings) -> socket.socket:
    """The listening socket, taken before anything else starts. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM
    )[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # its connections inherit it
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KERNEL_UNSENT)
        listener.bind(address)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


async def serve(
    settings: Settings, database_url: str, listener: socket.socket, ready: Callable[[], None]
) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once requests are answered.

    Raises Unavailable where the database cannot be reached at the start, and whatever ended a
    part that must not end.
    """
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = Service(settings, database_url)
    try:
        await service.start(failed=stop.set)
        server = await service.app.create_server(
            sock=listener,
            return_asyncio_server=True,
            backlog=BACKLOG,
            asyncio_server_kwargs={"start_serving": False},
        )
        assert server is not None
        await server.startup()
        await server.start_serving()
        # What exists now lives as long as the process: the collector need not look at it again,
        # and what requests leave behind is mostly freed without it.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        ready()
        await stop.wait()
        await _close(server, service)
    finally:
        await service.stop()
        # The rest is under way, an embedded Postgres' end included: to be told again is no news.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)


async def _close(server: AsyncioServer, service: Service) -> None:
    """Answer what was asked for, let the sockets' clients come back later, accept nothing more."""
    logger.info("stopping")
    connections: set[Any] = server.connections
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            # While connections are accepted still: over polling, an answer is fetched by the next.
            with suppress(TimeoutError):
                await asyncio.wait_for(service.sockets.events.shut_down(), LETTING_GO)
            server.close()
            while connections:
                for connection in list(connections):
                    # A WebSocket ends when what was to be sent before has been.
                    if connection.websocket is None and not connection.close_if_idle():
                        connection.http.keep_alive = False  # it ends with this answer
                await asyncio.sleep(0.02)
    for connection in list(connections):
        connection.abort()
