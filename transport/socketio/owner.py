"""The owner of sessions: answers what other nodes ask of those that this one has.

GET, POST   a polling request that came to the other node
UPGRADE     its client begins an upgrade there
HOLD        its probe is about to be answered: its poll is not until
RELEASE     the answer is known to have come
STAY        the upgrade was given up: polling goes on
BREAK       the WebSocket was lost while the poll was held: it fails, as `upgrade.py` says
TAKE        the client has switched: the session goes on there, and ends here, untold
"""

import asyncio
from typing import TYPE_CHECKING

import msgspec
from engineio.packet import NOOP

from transport.errors import Malformed, problem_response, refusal_of
from transport.socketio.connection import Connection
from transport.socketio.elsewhere import (
    BREAK,
    HOLD,
    MAX_ANSWER_SIZE,
    RELEASE,
    STAY,
    TAKE,
    UPGRADE,
    Answer,
    MovedConnection,
    PassedOn,
)
from transport.socketio.engine_requests import NO_SESSION
from transport.socketio.outbox import Outbox
from transport.socketio.upgrade import UPGRADE_TIMEOUT

if TYPE_CHECKING:
    from transport.socketio.server import SocketServer

HAND_OVER_TIMEOUT = 5.0
"""Seconds that a session which is to go on elsewhere waits for what is being served."""


class Owner:
    """Answers other nodes; its connections are those of a server."""

    def __init__(self, server: "SocketServer") -> None:
        self._server = server
        self._upgrades: dict[str, _UpgradeElsewhere] = {}
        """By the id of the session."""

    async def answer(
        self, operation: str, sid: str, query: str, body: bytes, asker: "asyncio.Future[None]"
    ) -> Answer:
        """Answer what another node asks of a session; the `asker` is done when that node is gone.
        Never raises."""
        try:
            match operation:
                case "GET" | "POST":
                    request = PassedOn(operation, query, body)
                    response = await self._server.eio.serve_passed_on(sid, request)
                case _ if operation == UPGRADE:
                    self._begin_upgrade(self._require(sid), asker)
                    return Answer(200)
                case _ if operation in (HOLD, RELEASE, STAY, BREAK):
                    self._go_on_upgrading(operation, self._require(sid))
                    return Answer(200)
                case _ if operation == TAKE:
                    return Answer(200, await self._hand_over(self._require(sid)))
                case _:
                    raise Malformed("this version of Kanal does not know what is asked")
        except Exception as error:
            response = problem_response(refusal_of(error))
        return Answer(response.status, response.body or b"", response.content_type)

    def _require(self, sid: str) -> Connection:
        """An open connection over polling. Raises Malformed."""
        connection: Connection | None = self._server.eio.sockets.get(sid)
        if connection is None or connection.closing or connection.upgraded:
            raise Malformed(NO_SESSION)
        return connection

    def _begin_upgrade(self, connection: Connection, asker: "asyncio.Future[None]") -> None:
        if connection.upgrading:
            raise Malformed("this session is being upgraded already")
        self._upgrades[connection.sid] = _UpgradeElsewhere(connection, asker, self._upgrades)

    def _go_on_upgrading(self, operation: str, connection: Connection) -> None:
        """Raises Malformed where it has been given up meanwhile."""
        upgrade = self._upgrades.get(connection.sid)
        if upgrade is None:
            raise Malformed("this session is not being upgraded")
        match operation:
            case _ if operation == HOLD:
                connection.queue.hold_poll()
            case _ if operation == RELEASE:
                connection.queue.release_poll()
            case _:
                upgrade.end(is_broken=operation == BREAK)

    async def _hand_over(self, connection: Connection) -> bytes:
        """What another node needs to go on with a connection, which ends here. Raises Malformed."""
        server, sid = self._server, connection.sid
        try:
            async with asyncio.timeout(HAND_OVER_TIMEOUT):
                await connection.served()
                session = None
                if server.is_between_messages(sid) and not connection.closing:
                    session = await server.handler.hand_over(sid)
        except TimeoutError:
            session = None
        if session is None:
            raise Malformed("this session cannot go on at another node")
        # Without an await since the session has ended: nothing more is sent to it here.
        outbox = connection.queue
        assert isinstance(outbox, Outbox)
        unsent = [each.encode() for each in outbox.take_all() if each.packet_type != NOOP]
        moved = MovedConnection(server.manager.sid_from_eio_sid(sid, "/"), unsent, session)
        await connection.close(wait=False, abort=True)
        outbox.abort()
        if len(encoded := msgspec.msgpack.encode(moved)) > MAX_ANSWER_SIZE // 2:
            raise Malformed("too much waits for this session")  # its client resumes instead
        return encoded


class _UpgradeElsewhere:
    """The upgrade of a connection whose client switches at another node; `running` forgets it when
    it ends, with the asker at the latest."""

    def __init__(
        self,
        connection: Connection,
        asker: "asyncio.Future[None]",
        running: "dict[str, _UpgradeElsewhere]",
    ) -> None:
        self._connection = connection
        self._asker = asker
        self._running = running
        self._deadline = asyncio.get_running_loop().call_later(UPGRADE_TIMEOUT, self._lost)
        asker.add_done_callback(self._lost)
        connection.upgrading = True

    def end(self, *, is_broken: bool) -> None:
        """Let polling go on, or fail where the client may poll no more."""
        if self._running.pop(self._connection.sid, None) is None:
            return
        self._deadline.cancel()
        self._asker.remove_done_callback(self._lost)
        self._connection.upgrading = False
        if is_broken:
            self._connection.queue.break_held_poll()
        self._connection.queue.release_poll()

    def _lost(self, _: object = None) -> None:
        self.end(is_broken=True)
