"""Raw Engine.IO: a session over long-polling and one over WebSocket, for what no stock client does.

Packets are text as they go over the wire: an Engine.IO type, then for messages (`4`) a Socket.IO
type (Engine.IO protocol 4, Socket.IO protocol 5). Every wait is bounded.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.clients import PATIENCE

SEPARATOR = "\x1e"

CLOSE, PING, PONG, NOOP = "1", "2", "3", "6"
CONNECT, DISCONNECT = "40", "41"

HANDSHAKE = "\r\n".join(
    [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        "Host: kanal.example",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "",
        "",
    ]
).encode()
"""The request for a WebSocket, as bytes, for who sends it in another way than a client does."""


def event(name: str, *args: Any, ack: int | None = None) -> str:
    """The packet of an event, with an acknowledgement asked for under a number."""
    return f"42{'' if ack is None else ack}{json.dumps([name, *args])}"


class Session(ABC):
    """What both transports share: the packets that came, in order, and waiting for more."""

    sid: str

    def __init__(self) -> None:
        self.received: list[str] = []

    @abstractmethod
    async def send(self, *packets: str) -> None:
        """Send packets. Raises Ended where that is known already."""

    async def offer(self, *packets: str) -> None:
        """Send packets that may be refused."""
        with suppress(Ended):
            await self.send(*packets)

    @abstractmethod
    async def receive(self) -> None:
        """Wait for at least one more packet. Raises Ended."""

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Read until the condition is truthy and answer its value; pings are answered.

        Raises Ended.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                while not (value := condition()):
                    if DISCONNECT in self.received:
                        raise Ended  # nothing more comes, however long the connection stands
                    seen = len(self.received)
                    await self.receive()
                    if PING in self.received[seen:]:
                        await self.send(PONG)
                return value
        except TimeoutError:
            raise AssertionError(f"not received in {PATIENCE} s; got: {self.received}") from None

    async def packet(self, start: str, count: int = 1) -> str:
        """Read until the `count`-th packet that begins so, and answer it."""

        def found() -> list[str]:
            return [packet for packet in self.received if packet.startswith(start)]

        await self.until(lambda: len(found()) >= count)
        return found()[count - 1]

    def all_events(self) -> list[list[Any]]:
        """All events so far, each a list of its name and its arguments."""
        return [json.loads(packet[2:]) for packet in self.received if packet.startswith("42")]

    def event_names(self) -> list[str]:
        """The names of all events so far."""
        return [event[0] for event in self.all_events()]

    def events(self, name: str) -> list[Any]:
        """The first arguments of all events of a name so far."""
        return [event[1] for event in self.all_events() if event[0] == name]

    async def event(self, name: str, count: int = 1) -> Any:
        """Read until the `count`-th event of a name and answer its first argument."""
        await self.until(lambda: len(self.events(name)) >= count)
        return self.events(name)[count - 1]

    async def ack(self, number: int, count: int = 1) -> Any:
        """Read until an event is acknowledged, or the `count`-th of that number, and answer the
        acknowledgement's first argument."""
        start = f"43{number}["
        return json.loads((await self.packet(start, count))[len(start) - 1 :])[0]

    async def ended(self) -> None:
        """Read until the server has ended the session, or told that it does."""
        with suppress(Ended):
            await self.until(lambda: CLOSE in self.received)

    async def join(self, auth: Any = None) -> None:
        """Connect to the default namespace and wait until that is answered."""
        await self.send(CONNECT if auth is None else CONNECT + json.dumps(auth))
        await self.packet(CONNECT)

    async def auth(self, token: str, **more: Any) -> Any:
        """Join, authenticate, and answer the `auth-success`."""
        await self.join({"token": token, **more})
        return await self.event("auth-success")


class Ended(Exception):
    """The server has ended the session."""


class PollingSession(Session):
    """A session over long-polling."""

    def __init__(self, http: httpx.AsyncClient, sid: str, url: str) -> None:
        super().__init__()
        self._http = http
        self.url = url
        self.sid = sid

    async def post(self, *packets: str) -> httpx.Response:
        return await self._http.post("", params={"sid": self.sid}, content=SEPARATOR.join(packets))

    async def post_raw(self, body: Any, **headers: str) -> httpx.Response:
        return await self._http.post("", params={"sid": self.sid}, content=body, headers=headers)

    async def get(self, **more: str) -> httpx.Response:
        return await self._http.get("", params={"sid": self.sid, **more})

    async def open_get(self) -> "asyncio.Task[httpx.Response]":
        """A polling request that the server has begun to serve, and its answer to come."""
        sent = asyncio.Event()

        async def trace(stage: str, _: Any) -> None:
            if stage == "http11.send_request_body.complete":
                sent.set()

        request = self._http.get("", params={"sid": self.sid}, extensions={"trace": trace})
        opened = asyncio.create_task(request)
        await sent.wait()
        # Answered on a connection of its own, after what had arrived before.
        await self._http.get(f"{self.url}/health/live")
        return opened

    async def send(self, *packets: str) -> None:
        response = await self.post(*packets)
        if response.status_code == 400:
            raise Ended
        assert response.status_code == 200, response.text

    async def receive(self) -> None:
        response = await self.get()
        if response.status_code != 200:
            raise Ended
        self.received += response.text.split(SEPARATOR)


class WebSocketSession(Session):
    """A session over WebSocket, from its start or upgraded to it."""

    def __init__(self, connection: ClientConnection, sid: str) -> None:
        super().__init__()
        self.connection = connection
        self.sid = sid

    async def send(self, *packets: str) -> None:
        for packet in packets:
            await self.send_frame(packet.encode(), text=True)

    async def send_frame(self, frame: bytes, *, text: bool) -> None:
        """One frame, text or binary, of whatever bytes. Raises Ended."""
        try:
            await self.connection.send(frame, text=text)
        except ConnectionClosed:
            raise Ended from None

    async def receive(self) -> None:
        try:
            self.received.append(str(await self.connection.recv()))
        except ConnectionClosed:
            raise Ended from None

    async def cut(self) -> None:
        """Wait until the server has closed the connection itself, not only the session."""
        async with asyncio.timeout(PATIENCE):
            await self.connection.wait_closed()


@asynccontextmanager
async def engine_http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the Engine.IO endpoint over HTTP."""
    async with httpx.AsyncClient(
        base_url=f"{url}/socket.io/",
        params={"EIO": "4", "transport": "polling"},
        timeout=PATIENCE,
    ) as http:
        yield http


@asynccontextmanager
async def polling(url: str) -> AsyncIterator[PollingSession]:
    """An open session over long-polling."""
    async with engine_http(url) as http:
        opened = await http.get("")
        assert opened.status_code == 200, opened.text
        yield PollingSession(http, json.loads(opened.text[1:])["sid"], url)


def websocket_url(url: str, sid: str | None = None) -> str:
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    return address if sid is None else f"{address}&sid={sid}"


@asynccontextmanager
async def websocket(url: str) -> AsyncIterator[WebSocketSession]:
    """An open session over WebSocket."""
    async with connect(
        websocket_url(url), ping_interval=None, max_size=None, close_timeout=PATIENCE
    ) as connection:
        opened = await asyncio.wait_for(connection.recv(), PATIENCE)
        yield WebSocketSession(connection, json.loads(opened[1:])["sid"])


@asynccontextmanager
async def upgrading(session: PollingSession, url: str) -> AsyncIterator[ClientConnection]:
    """A WebSocket to the session's upgrade, on which nothing has been sent yet."""
    async with connect(
        websocket_url(url, session.sid), ping_interval=None, close_timeout=PATIENCE
    ) as connection:
        yield connection
