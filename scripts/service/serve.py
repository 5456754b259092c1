"""Serves one node at a port that is bound: runs the service until a signal, drains it, and stops it
within five seconds."""

import asyncio
import gc
import logging
import signal
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any, TypeAlias, cast

from sanic.server.async_server import AsyncioServer

from persistence.database.lost_answers import pass_over_lost_answers
from scripts.service.drain import Drain
from scripts.service.listening.listener import port_of
from scripts.service.listening.tls import HANDSHAKE_TIMEOUT, SHUTDOWN_TIMEOUT, Tls
from scripts.service.node_socket import node_socket
from scripts.service.service import Service
from scripts.service.settings import Settings
from scripts.service.stop_signals import STOP_SIGNALS, ignore_stop_signals
from scripts.service.systemd_notice import STOPPING, tell_systemd
from scripts.service.workers.as_worker import AsWorker
from transport.socketio.front import Front

logger = logging.getLogger(__name__)

_Listener: TypeAlias = tuple[socket.socket, ssl.SSLContext | None]
"""A listening socket, and how TLS is spoken there, if it is."""

BACKLOG = 4096
"""Connections that may wait to be accepted. With Sanic's 100, many clients at once retry for
seconds."""

GRACE = 3.0
"""Seconds that requests in flight and sockets get when the service stops."""

CLOSE_SOCKETS_TIMEOUT = 2.0
"""Seconds of those in which sockets are closed, while connections are still accepted, and attempts
to send to webhooks end."""


async def serve(
    settings: Settings,
    database_url: str,
    listener: socket.socket,
    ready: Callable[[], None],
    as_worker: AsWorker | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, or as a worker until its parent has it give way or is gone;
    `ready` is called when requests are accepted.

    Raises Unavailable where the database cannot be reached at the start, and the error of a
    background task that has failed.
    """
    drain = Drain(settings.drain)
    # A worker may get one signal twice: from its parent, and from who signals all processes.
    told = drain.signal if as_worker is None else drain.begin
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(pass_over_lost_answers)
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, told)
    service = Service(settings, database_url, as_worker)
    tls = Tls.of(settings)
    if tls is not None:
        service.metrics.certificate_end.set_function(tls.end)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        loop.add_signal_handler(signal.SIGHUP, told if tls is None else tls.reload)
    if as_worker is not None:
        parent = asyncio.create_task(as_worker.run(service.report, drain))
        parent.add_done_callback(lambda _: drain.give_way_at_once())
    # Where there is a URL for the other nodes, they are to use that.
    own = node_socket(service.nodes.id) if settings.node_url is None else nullcontext()
    with own as found:
        beside, path = found or (None, None)
        listeners: list[_Listener] = [(listener, tls.context if tls else None)]
        listeners += [(beside, None)] if beside else []
        await _serve(service, drain, listeners, path, ready)


async def _serve(
    service: Service,
    drain: Drain,
    listeners: Sequence[_Listener],
    path: str | None,
    ready: Callable[[], None],
) -> None:
    """Serve at the port, and at the socket for other nodes, if there is one: at that path."""
    try:
        await service.start(failed=drain.skip, port=port_of(listeners[0][0]), socket=path)
        servers = [await create_server(service, *each) for each in listeners]
        await servers[0].startup()
        for server in servers:
            await server.start_serving()
        # The objects that exist now stay, so the collector need not go through them again; and most
        # garbage of requests has no cycles. Where thousands of clients come at once, what is new
        # stays too: it goes through little at a time, since nobody is served meanwhile. (Five times
        # as much took up to 75 ms.)
        gc.collect()
        gc.freeze()
        gc.set_threshold(1_000, 5, 2_000)
        ready()
        await drain.begun.wait()
        logger.info("stopping")
        tell_systemd(STOPPING)
        service.is_leaving = True
        # The other nodes go on reaching this one beside the port.
        await drain.run(service.sockets.events, servers[0].close)
        await _close(servers, service)
    finally:
        await service.stop()
        ignore_stop_signals()


async def create_server(
    service: Service, listener: socket.socket, context: ssl.SSLContext | None
) -> AsyncioServer:
    """The HTTP server of a listening socket, which does not serve yet."""
    options: dict[str, Any] = {"start_serving": False}
    if context is not None:
        options["ssl_handshake_timeout"] = HANDSHAKE_TIMEOUT
        options["ssl_shutdown_timeout"] = SHUTDOWN_TIMEOUT
    paths = {f"{base}/socket.io/" for base in ("", service.app.ctx.base_path)}
    engine, answering = service.sockets.server.eio, service.app.ctx.answering
    front = partial(Front, requests=engine, answering=answering, paths=paths)
    server = await service.app.create_server(
        sock=listener,
        protocol=cast(type[Front], front),
        return_asyncio_server=True,
        backlog=BACKLOG,
        ssl=context,
        asyncio_server_kwargs=options,
    )
    assert server is not None
    return server


async def _close(servers: Sequence[AsyncioServer], service: Service) -> None:
    """Close the sockets, end the sending to webhooks, leave the other nodes, stop accepting, and
    answer the requests in flight."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            service.feed.close()
            # Still accepting: over long-polling, a client fetches what is sent with a new request.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SOCKETS_TIMEOUT):
                    await asyncio.gather(
                        service.sockets.events.shut_down(), service.webhooks.close()
                    )
            await service.nodes.leave()
            for server in servers:
                server.close()
            while connections := _connections(servers):
                for connection in connections:
                    connection.end_soon()
                await asyncio.sleep(0.02)
    for connection in _connections(servers):
        connection.abort()


def _connections(servers: Sequence[AsyncioServer]) -> list[Any]:
    return [connection for server in servers for connection in server.connections]
