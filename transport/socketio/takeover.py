"""The takeover: an upgrade that comes to a node which does not have the session. Once its client
switches, the owner hands the session over, and it goes on here; its WebSocket goes nowhere else.

It reads the WebSocket as `Upgrade` does, until the session is here. Whatever fails ends the
WebSocket, after which its client connects anew, or goes on polling if it had not switched.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import msgspec
from engineio import packet as eio_packet
from engineio.packet import Packet

from transport.socketio.connection import MAX_UNSERVED_BYTES, Connection
from transport.socketio.elsewhere import (
    BREAK,
    HOLD,
    RELEASE,
    STAY,
    TAKE,
    UPGRADE,
    Elsewhere,
    MovedConnection,
)
from transport.socketio.upgrade import PROBE, SWITCH, UPGRADE_TIMEOUT
from transport.socketio.websocket import Reader, WebSocket

logger = logging.getLogger(__name__)

TakeIn = Callable[[str, WebSocket, MovedConnection], Connection]


class TakeOverFailed(Exception):
    """The session cannot go on at this node."""


class TakeOver(Reader):
    """The reader of a WebSocket until the session that it belongs to is here.

    `running` holds those that have begun and not ended.
    """

    websocket: WebSocket | None = None
    """The one that it reads, once there is one."""

    def __init__(
        self, sid: str, elsewhere: Elsewhere, take_in: TakeIn, running: "set[TakeOver]"
    ) -> None:
        """`take_in` makes a connection of what was handed over. Raises TakeOverFailed."""
        self._sid = sid
        self._elsewhere = elsewhere
        self._take_in = take_in
        self._running = running
        self._expected: str | None = PROBE
        self._early: list[str | bytes] = []
        """What has come before the session was here."""
        self._has_switched = False
        self._has_reached = False
        """Whether the answer to the probe has come to the client, so that it may switch."""
        self._deadline: asyncio.TimerHandle | None = None

    async def begin(self) -> None:
        """Tell the owner. Raises TakeOverFailed where it has no such session, or not for this."""
        self._running.add(self)
        try:
            await self._ask(UPGRADE)
        except BaseException:
            self._running.discard(self)
            raise
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(UPGRADE_TIMEOUT, self.lost)

    def received(self, data: str | bytes) -> None:
        assert self.websocket is not None
        if self._has_switched:
            self._early.append(data)
            if sum(map(len, self._early)) > MAX_UNSERVED_BYTES:
                self.websocket.pause_reading()
        elif data != self._expected:
            self.give_up()
        elif data == PROBE:
            self._expected = SWITCH
            # The loop keeps the task, which ends when the owner has answered.
            asyncio.ensure_future(self._answer_probe(self.websocket))  # noqa: RUF006
        else:
            self._expected, self._has_switched = None, True
            self._stop_deadline()
            asyncio.ensure_future(self._take(self.websocket))  # noqa: RUF006  as above

    def reached(self) -> None:
        if self._expected == SWITCH and not self._has_reached:
            self._has_reached = True
            asyncio.ensure_future(self._tell(RELEASE))  # noqa: RUF006  as above

    def lost(self) -> None:
        is_held = self._expected == SWITCH and not self._has_reached
        self.give_up(BREAK if is_held else STAY)
        if self.websocket is not None:
            self.websocket.abort()

    def give_up(self, operation: str = STAY) -> None:
        """End the WebSocket, and tell the owner unless the client has switched."""
        if self._expected is not None:
            self._expected = None
            self._stop_deadline()
            self._running.discard(self)
            asyncio.ensure_future(self._tell(operation))  # noqa: RUF006  as above
        if self.websocket is not None:
            self.websocket.close()

    async def _answer_probe(self, websocket: WebSocket) -> None:
        try:
            await self._ask(HOLD)
        except TakeOverFailed:
            self.give_up()
        else:
            websocket.put_nowait(Packet(eio_packet.PONG, "probe"))
            websocket.ping()

    async def _take(self, websocket: WebSocket) -> None:
        try:
            moved = _MOVED.decode(await self._ask(TAKE))
            connection = self._take_in(self._sid, websocket, moved)
        except Exception as error:
            if not isinstance(error, TakeOverFailed):
                logger.exception("a session could not be taken over")
            websocket.close()
            return
        finally:
            self._running.discard(self)
        websocket.reader = connection
        for data in self._early:
            connection.received(data)
        if websocket.is_lost:
            connection.lost()
        else:
            websocket.resume_reading()

    async def _ask(self, operation: str) -> bytes:
        try:
            answer = await self._elsewhere.ask(operation, self._sid)
        except Exception as error:
            raise TakeOverFailed from error
        if answer.status != 200:
            raise TakeOverFailed
        return answer.body

    async def _tell(self, operation: str) -> None:
        with suppress(TakeOverFailed):  # then the session is gone
            await self._ask(operation)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()


_MOVED = msgspec.msgpack.Decoder(MovedConnection)
