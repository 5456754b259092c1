"""The census: counts the open connections by transport and state, and what waits to be sent to
them, for the metrics. It goes round a few at a time, so that nobody waits for it."""

import asyncio
from collections import Counter

from transport.delivery.session_state import OPEN
from transport.delivery.sessions import Sessions
from transport.metrics import Metrics
from transport.socketio.server import SocketServer

INTERVAL = 5.0
"""Seconds between two of them."""

TURN = 500
"""Connections that are counted in one turn of the event loop."""

TRANSPORTS = ("polling", "websocket")


class Census:
    """Counts while a task executes `run`."""

    def __init__(self, sessions: Sessions, server: SocketServer, metrics: Metrics) -> None:
        self._sessions = sessions
        self._server = server
        self._metrics = metrics
        self._set(Counter(), 0, 0)

    async def run(self) -> None:
        """Count again and again, for ever."""
        while True:
            await self.take()
            await asyncio.sleep(INTERVAL)

    async def take(self) -> None:
        """Count once."""
        found: Counter[tuple[str, str]] = Counter()
        waiting = most = 0
        for number, session in enumerate(self._sessions, 1):
            transport, unsent = self._server.transport_of(session.eio_sid)
            found[transport, session.state.value] += 1
            waiting += unsent
            most = max(most, unsent)
            if number % TURN == 0:
                await asyncio.sleep(0)
        self._set(found, waiting, most)

    def _set(self, found: Counter[tuple[str, str]], waiting: int, most: int) -> None:
        for transport in TRANSPORTS:
            for state in OPEN:
                self._metrics.sockets.labels(transport, state.value).set(
                    found[transport, state.value]
                )
        self._metrics.waiting_bytes.set(waiting)
        self._metrics.most_waiting_bytes.set(most)
