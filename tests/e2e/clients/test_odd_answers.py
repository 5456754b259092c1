"""kanal-client comes back from answers that are cut on their way, or that no service would give."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import socketio
from aiohttp import web

from tests.support.channels import create_channel
from tests.support.kanal_client import Way, kanal_client
from tests.support.service import RunningService
from tests.support.tcp_server import tcp_server
from tests.support.tokens import token

pytestmark = pytest.mark.usefixtures("language")

OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"

REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"

UNCAUGHT = {
    "no object": OPEN + b"Content-Length: 3\r\n\r\n0[]",
    "empty object": OPEN + b"Content-Length: 3\r\n\r\n0{}",
}
"""engine.io-client throws where its users cannot catch it, by polling."""

HANDSHAKES = {
    "cut": OPEN + b'Content-Length: 100\r\n\r\n0{"sid"',
    "cut chunk": OPEN + b'Transfer-Encoding: chunked\r\n\r\n7\r\n0{"sid"',
    "no gzip": OPEN + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    **UNCAUGHT,
    "nothing": b"",
    "in circles": b"HTTP/1.1 302 Found\r\nLocation: /socket.io/\r\nContent-Length: 0\r\n\r\n",
}

SUCCESS = {"userId": "alice", "position": 0, "log": "L", "recovered": False}
PASSING = {"event": "auth", "code": "unavailable", "message": "m"}

SAID: Mapping[str, list[tuple[Any, ...]]] = {
    "success without keys": [("auth-success", {"x": 1})],
    "success without data": [("auth-success",)],
    "event without keys": [("auth-success", SUCCESS), ("channel-created", {"id": 1})],
    "event without data": [("auth-success", SUCCESS), ("channel-deleted",)],
    "refusal without data": [("socket-api-error",)],
    "wait that is no number": [("socket-api-error", {**PASSING, "retryAfter": "x"})],
}

ACKNOWLEDGED = {"null": None, "list": [1], "no refusal": {"error": "x"}, "empty": {}}


class Switch:
    """A way to another service, and from `over` on to the one that the test is about."""

    def __init__(self, port: int, url: str) -> None:
        self._port, self._next = port, int(url.rpartition(":")[2])
        self.way = Way(self._dial)

    async def _dial(self) -> Any:
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def over(self) -> None:
        self._port = self._next
        await self.way.drop()


@asynccontextmanager
async def answers(said: bytes) -> AsyncIterator[int]:
    """The port of what answers the same to every request, and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):  # the client has gone
            await reader.readuntil(b"\r\n\r\n")
            writer.write(said)
            await writer.drain()

    async with tcp_server(answer) as port:
        yield port


@asynccontextmanager
async def speaks(
    said: list[tuple[Any, ...]], acknowledges: Callable[[], Any] = lambda: {"position": 0}
) -> AsyncIterator[int]:
    """The port of what says these events to every socket, and acknowledges what it is asked."""
    sockets, app = socketio.AsyncServer(async_mode="aiohttp"), web.Application()
    sockets.attach(app)

    @sockets.on("*")  # type: ignore[untyped-decorator]
    async def asked(event: str, sid: str, _: Any) -> Any:
        if event == "await-position":
            sockets.start_background_task(tell, sid, said[1:])
        return acknowledges()

    @sockets.on("connect")  # type: ignore[untyped-decorator]
    async def connect(sid: str, *_: Any) -> None:
        sockets.start_background_task(tell, sid, said[:1])

    async def tell(sid: str, events: list[tuple[Any, ...]]) -> None:
        for name, *data in events:
            await sockets.emit(name, *data, to=sid)

    async def channels(_: web.Request) -> web.Response:
        page: dict[str, Any] = {"channels": [], "next": None, "position": 0}
        return web.json_response(page, headers={"X-Log-ID": "L"})

    app.router.add_get("/workspaces/{id}/channels", channels)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def comes_back(
    port: int, service: RunningService, workspace: str, transports: list[str] | None = None
) -> None:
    """It says why it is not live, and is live with the service that is there next."""
    switch, access = Switch(port, service.url), token("alice", (workspace,))
    async with (
        switch.way as way,
        kanal_client(way.url, workspace, access, transports=transports) as client,
    ):
        await client.until(lambda state: state["status"] != "live" and state["reason"])
        assert all(each["status"] != "refused" for each in client.states)
        await switch.over()
        await create_channel(service.url, workspace, "real")
        await client.until(lambda state: state["status"] == "live" and client.names == ["real"])


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]], ids=str)
@pytest.mark.parametrize("said", HANDSHAKES.values(), ids=HANDSHAKES)
async def test_a_handshake_that_is_cut_or_none_is_tried_again(
    service: RunningService, workspace: str, said: bytes, transports: list[str], language: str
) -> None:
    if language == "javascript" and said in UNCAUGHT.values():
        pytest.skip("engine.io-client throws where its users cannot catch it")
    async with answers(said) as port:
        await comes_back(port, service, workspace, transports)


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
async def test_what_no_service_says_is_not_believed_and_it_is_tried_again(
    service: RunningService, workspace: str, said: list[tuple[Any, ...]]
) -> None:
    async with speaks(said) as port:
        await comes_back(port, service, workspace)


@pytest.mark.parametrize("answer", ACKNOWLEDGED.values(), ids=ACKNOWLEDGED)
async def test_what_no_service_acknowledges_is_heard_as_a_failure(
    service: RunningService, workspace: str, answer: Any
) -> None:
    async with speaks([("auth-success", SUCCESS)], lambda: answer) as port:
        await comes_back(port, service, workspace)


class Breaks:
    """Passes requests to a service, one on each connection, but for those that are broken."""

    def __init__(self, url: str) -> None:
        self._port = int(url.rpartition(":")[2])
        self.cuts_poll = False
        """Of the next answer to a poll only the head and one byte are passed on."""
        self.passes_posts = math.inf
        """How many requests with packets are passed on until one is refused."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        try:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:  # the client asks for nothing
                return
            lines = head.split(b"\r\n")
            lines = [line for line in lines if not line.lower().startswith(b"connection")]
            sizes = [int(each[15:]) for each in lines if each[:15].lower() == b"content-length:"]
            body = await reader.readexactly(sum(sizes))
            if head.startswith(b"POST /socket.io/"):
                self.passes_posts -= 1
                if self.passes_posts == -1:
                    writer.write(REFUSED)
                    return
            source, target = await asyncio.open_connection("127.0.0.1", self._port)
            writers.append(target)
            target.write(b"\r\n".join([lines[0], b"Connection: close", *lines[1:]]) + body)
            answer = await source.read()
            if self.cuts_poll and head.startswith(b"GET /socket.io/"):
                self.cuts_poll = False
                answer = answer[: answer.index(b"\r\n\r\n") + 5]
            writer.write(answer)
        finally:
            for each in writers:
                each.close()


async def test_a_poll_that_is_cut_in_its_answer_is_a_lost_connection(
    service: RunningService, workspace: str
) -> None:
    breaks, access = Breaks(service.url), token("alice", (workspace,))
    async with tcp_server(breaks.serve) as port:
        url = f"http://127.0.0.1:{port}"
        async with kanal_client(url, workspace, access, transports=["polling"]) as client:
            await client.live()
            breaks.cuts_poll = True
            await create_channel(service.url, workspace, "missed")
            await client.until(lambda _: client.names == ["missed"])
            await client.live()
            away = [state["reason"] for state in client.states if state["status"] == "away"]
            assert away[:1] == ["unreachable"]


@pytest.mark.parametrize("passed", [0, 1], ids=["the first", "one later"])
async def test_where_packets_are_refused_it_comes_back_though_a_poll_stands(
    service: RunningService, workspace: str, passed: int
) -> None:
    """As they are by a node that cannot reach the one that has the session."""
    breaks, access = Breaks(service.url), token("alice", (workspace,))
    breaks.passes_posts = passed
    async with tcp_server(breaks.serve) as port:
        url = f"http://127.0.0.1:{port}"
        async with kanal_client(url, workspace, access, transports=["polling"]) as client:
            await client.live()
            assert breaks.passes_posts < 0
