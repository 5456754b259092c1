"""The other end of a link: takes it from another node, and answers what is asked over it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec
from engineio import packet as eio_packet
from engineio.packet import Packet
from sanic import Blueprint
from sanic.request import Request

from domain.errors import Unavailable
from transport.errors import Unauthenticated
from transport.nodes.link import GREETING_HEADER, LINK_PATH
from transport.nodes.messages import MAX_ASK_SIZE, Answered, Ask, GiveUp
from transport.nodes.other_nodes import OtherNodes
from transport.nodes.signing import Signing
from transport.socketio.elsewhere import MAX_ANSWER_SIZE, Answer, NodeGone
from transport.socketio.handshake import accept_websocket
from transport.socketio.websocket import WebSocket

logger = logging.getLogger(__name__)

MAX_UNSENT = 4 * MAX_ANSWER_SIZE
"""Bytes that wait to be sent to another node; beyond them the link is given up."""

GONE = Answer(404)

Serve = Callable[[Ask, "asyncio.Future[None]"], Awaitable[Answer]]
"""Answers what is asked over a link, whose future is done when the link has ended."""


class LinkServer:
    """Takes the links of other nodes."""

    def __init__(self, signing: Signing, serve: Serve, others: OtherNodes) -> None:
        """`serve` answers what is asked of this node, and never raises; a link to one of the others
        comes here where they share a port."""
        self._signing = signing
        self._others = others
        self._serve = serve
        self._links: set[_Inbound] = set()
        self.routes = Blueprint("nodes")
        self.routes.add_route(self._accept, LINK_PATH)

    async def _accept(self, request: Request) -> None:
        """Make a link of the request, which has no response then.

        Raises Unauthenticated, Unavailable.
        """
        greeting = request.headers.get(GREETING_HEADER, "")
        target = self._signing.take(greeting)
        if target == self._signing.node_id:
            serve = self._serve
        elif target is not None and await self._others.is_beside(target):
            serve = self._relay
        else:
            raise Unauthenticated("token_invalid", "only a node of this log may open a link")
        link = _Inbound(serve, self._links)
        websocket = accept_websocket(request, link, MAX_UNSENT, max_size=MAX_ASK_SIZE)
        link.begin(websocket, self._signing.reply(greeting))

    async def _relay(self, ask: Ask, _: "asyncio.Future[None]") -> Answer:
        """Have a process answer that shares the port with this one."""
        try:
            return await self._others.ask(ask.operation, ask.sid, ask.query, ask.body)
        except (NodeGone, Unavailable):
            return GONE

    # Tells Sanic that there may be no response, since the request may become a WebSocket.
    _accept.is_websocket = True  # type: ignore[attr-defined]

    def close(self) -> None:
        """Close all links: this node stops."""
        for link in list(self._links):
            link.lost()


class _Inbound:
    """One link of another node; it reads what comes over its WebSocket."""

    _websocket: WebSocket

    def __init__(self, serve: Serve, links: "set[_Inbound]") -> None:
        self._serve = serve
        self._links = links
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def begin(self, websocket: WebSocket, reply: bytes) -> None:
        self._websocket = websocket
        self._links.add(self)
        self._send(reply)

    def received(self, data: str | bytes) -> None:
        try:
            message = _FROM_CALLER.decode(data if isinstance(data, bytes) else data.encode())
        except msgspec.DecodeError as error:
            logger.warning("giving up the link of another node: %s", error)
            self.lost()
            return
        if isinstance(message, Ask):
            answering = asyncio.create_task(self._answer(message))
            self._answering[message.number] = answering
        elif (given_up := self._answering.get(message.number)) is not None:
            given_up.cancel()

    def reached(self) -> None:
        """It pings nobody: the other side does."""

    def lost(self) -> None:
        self._links.discard(self)
        for answering in self._answering.values():
            answering.cancel()
        if not self._ended.done():
            self._ended.set_result(None)
        self._websocket.abort()

    async def _answer(self, ask: Ask) -> None:
        try:
            answer = await self._serve(ask, self._ended)
            self._send(msgspec.msgpack.encode(Answered(ask.number, answer)))
        finally:
            del self._answering[ask.number]

    def _send(self, data: bytes) -> None:
        self._websocket.put_nowait(Packet(eio_packet.MESSAGE, data))
        if self._websocket.unsent > MAX_UNSENT:
            logger.warning("giving up the link of another node: too much waits to be sent to it")
            self.lost()


_FROM_CALLER = msgspec.msgpack.Decoder(Ask | GiveUp)
