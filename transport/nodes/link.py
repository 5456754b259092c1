"""A link: the way to one other node. It is opened when something is first to be asked there, and
carries all that is asked until one of the two nodes is gone.

A ping every two seconds tells a node that is paused, or cut off from this one alone, though the
database still hears of it.
"""

import asyncio
import itertools
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from persistence.nodes.node_table import Node
from transport.nodes.messages import Answered, Ask, GiveUp
from transport.nodes.signing import Signing
from transport.socketio.elsewhere import MAX_ANSWER_SIZE, Answer, NodeGone

logger = logging.getLogger(__name__)

LINK_PATH = "/nodes/link"

GREETING_HEADER = "Kanal-Node"

PING_INTERVAL, PING_TIMEOUT = 2.0, 4.0
"""Seconds between pings on a link, and until one must be answered."""

OPEN_TIMEOUT = PING_TIMEOUT
"""Seconds until a node that does not take a link counts as gone. One that has just started is busy,
and its sessions would end for that."""


class _Dial(connect):
    """Connects to the address of a node, and to no other that is named there."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Link:
    """The way to one node. `ask` raises NodeGone wherever that is not to be asked."""

    def __init__(self, node: Node, signing: Signing) -> None:
        self._node = node
        self._signing = signing
        self._numbers = itertools.count()
        self._asked: dict[int, asyncio.Future[Answer | None]] = {}
        """What waits for an answer, which is None where the node is gone: an exception that nobody
        is left to take would be logged by the loop."""
        self._websocket: ClientConnection | None = None
        self._running = asyncio.create_task(self._run(), name=f"link to {node.id}")
        self._is_open = asyncio.get_running_loop().create_future()
        self.is_gone = False
        """Nothing can be asked here any more."""

    async def ask(self, operation: str, sid: str, query: str, body: bytes) -> Answer:
        """Ask the node, and wait for its answer as long as it is there. Raises NodeGone."""
        if not await asyncio.shield(self._is_open):
            raise NodeGone
        waiting: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        number = next(self._numbers)
        self._asked[number] = waiting
        try:
            await self._send(Ask(number, operation, sid, query, body))
            answer = await waiting
        except asyncio.CancelledError:
            with suppress(NodeGone):
                await self._send(GiveUp(number))
            raise
        finally:
            self._asked.pop(number, None)
        if answer is None:
            raise NodeGone
        return answer

    def close(self) -> None:
        """Give up all that is asked: the node is gone."""
        self.is_gone = True
        self._running.cancel()
        if not self._is_open.done():  # a task that is cancelled before its first turn does nothing
            self._is_open.set_result(False)

    async def closed(self) -> None:
        """Return once it has ended."""
        await asyncio.gather(self._running, return_exceptions=True)

    async def _send(self, message: Ask | GiveUp) -> None:
        assert self._websocket is not None
        try:
            await self._websocket.send(msgspec.msgpack.encode(message))
        except WebSocketException:
            raise NodeGone from None

    async def _run(self) -> None:
        why = "it was closed"
        try:
            greeting = self._signing.greeting(self._node.id)
            async with self._connect(greeting) as websocket:
                async with asyncio.timeout(OPEN_TIMEOUT):
                    reply = await websocket.recv(decode=False)
                if not self._signing.is_reply(reply, greeting):
                    raise InvalidHandshake("who answers there is not the node")
                self._websocket = websocket
                self._is_open.set_result(True)
                while True:
                    self._take(await websocket.recv(decode=False))
        except (OSError, TimeoutError, WebSocketException, msgspec.DecodeError) as error:
            why = str(error) or type(error).__name__
        finally:
            self.is_gone = True
            if not self._is_open.done():
                logger.info("the node %s cannot be reached: %s", self._node.id, why)
                self._is_open.set_result(False)
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_result(None)

    def _take(self, message: bytes) -> None:
        answered = _ANSWERED.decode(message)
        waiting = self._asked.get(answered.number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answered.answer)

    def _connect(self, greeting: str) -> _Dial:
        node, options = self._node, _OPTIONS
        if is_beside(node):
            options = {**options, "unix": True, "path": node.socket}
            url = "ws://node"
        elif node.url is not None:
            parts = urlsplit(node.url.rstrip("/"))
            url = parts._replace(scheme="wss" if parts.scheme == "https" else "ws").geturl()
        else:
            raise OSError("it has no address here")
        return _Dial(url + LINK_PATH, additional_headers={GREETING_HEADER: greeting}, **options)


_OPTIONS: dict[str, Any] = {
    "compression": None,
    "max_size": MAX_ANSWER_SIZE,
    "open_timeout": OPEN_TIMEOUT,
    "close_timeout": 1.0,
    "ping_interval": PING_INTERVAL,
    "ping_timeout": PING_TIMEOUT,
    "proxy": None,
    "user_agent_header": None,
}

_ANSWERED = msgspec.msgpack.Decoder(Answered)


def is_beside(node: Node) -> bool:
    """Whether a node is found at its socket, on this machine."""
    try:
        return node.socket is not None and Path(node.socket).exists()
    except OSError:  # in a directory of another user
        return False
