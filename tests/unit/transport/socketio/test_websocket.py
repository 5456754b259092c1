"""A WebSocket on a real connection: the order of what is sent, and its end."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from ssl import SSLContext
from typing import Any

import pytest
from engineio.packet import PING, Packet
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import CLIENT, Protocol, State
from websockets.server import ServerProtocol

from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.tls import tls_contexts
from transport.socketio.packets import event_message
from transport.socketio.websocket import WebSocket

HIGH_WATER_MARK = 1_048_576
LARGE = "x" * 20_000


class Heard:
    """The reader: notes what it is told."""

    def __init__(self) -> None:
        self.data: list[str | bytes] = []
        self.times_lost = 0

    @property
    def is_lost(self) -> bool:
        return self.times_lost > 0

    def received(self, data: str | bytes) -> None:
        self.data.append(data)

    def reached(self) -> None:
        pass

    def lost(self) -> None:
        self.times_lost += 1


class Line:
    """A WebSocket, what it tells, and its client, which reads when it is asked to."""

    def __init__(
        self, websocket: WebSocket, connections: set[Any], reader: Any, writer: Any
    ) -> None:
        self.websocket = websocket
        self.connections = connections
        self.heard: Any = websocket.reader
        self._reader = reader
        self.writer = writer
        self._client = Protocol(CLIENT, state=State.OPEN, max_size=None)

    def send(self, *frames: Frame) -> None:
        self.writer.write(b"".join(frame.serialize(mask=True) for frame in frames))

    async def receive(self) -> list[Frame]:
        """The frames that come next. None at the end."""
        async with asyncio.timeout(PATIENCE):
            data = await self._reader.read(65_536)
        if data:
            self._client.receive_data(data)
        return [event for event in self._client.events_received() if isinstance(event, Frame)]

    async def rest(self) -> list[Frame]:
        """The frames that come until the server ends the stream."""
        frames = []
        while not self._reader.at_eof():
            frames += await self.receive()
        return frames


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with accepted_line() as line:
        yield line


@pytest.fixture
async def tls_line(tmp_path: Path) -> AsyncIterator[Line]:
    server, client = tls_contexts(tmp_path)
    async with accepted_line(server, client) as line:
        yield line


@asynccontextmanager
async def accepted_line(
    server_tls: SSLContext | None = None, client_tls: SSLContext | None = None
) -> AsyncIterator[Line]:
    connections: set[Any] = set()
    accepted: asyncio.Future[WebSocket] = asyncio.get_running_loop().create_future()

    class Accept(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            protocol = ServerProtocol(state=State.OPEN)
            websocket = WebSocket(protocol, transport, connections, Heard(), HIGH_WATER_MARK)
            transport.set_protocol(websocket)
            accepted.set_result(websocket)

    server = await asyncio.get_running_loop().create_server(Accept, "127.0.0.1", 0, ssl=server_tls)
    async with server:
        reader, writer = await asyncio.open_connection(
            *server.sockets[0].getsockname(),
            ssl=client_tls,
            server_hostname="localhost" if client_tls is not None else None,
        )
        line = Line(await accepted, connections, reader, writer)
        yield line
        writer.transport.abort()
        await eventually(_is_true(lambda: line.heard.is_lost))
        line.websocket.abort()
        await eventually(_is_true(lambda: not connections))


def _is_true(condition: Any) -> Any:
    async def check() -> bool:
        return bool(condition())

    return check


async def test_what_is_sent_comes_in_order_whatever_waits(line: Line) -> None:
    """Messages, packets and pongs, while the client does not read and after."""
    numbers = itertools.count()
    sent = []

    def send_some() -> None:
        message = event_message("event", next(numbers), LARGE)
        line.websocket.push(message)
        ping = Packet(PING, str(next(numbers)))
        line.websocket.put_nowait(ping)
        sent.extend([message.encode(), ping.encode()])

    while line.websocket.is_low:
        send_some()
    for _ in range(20):
        send_some()
    assert line.websocket.unsent > 20 * len(LARGE)
    came: list[str] = []
    while len(came) < len(sent):
        came += [bytes(frame.data).decode() for frame in await line.receive()]
        send_some() if len(sent) < 200 else None
    assert came == sent
    assert line.websocket.is_low
    assert line.websocket.unsent == 0


async def test_an_abort_drops_what_a_client_has_not_read(line: Line) -> None:
    while not line.websocket.push(event_message("event", LARGE)):
        pass
    assert not line.websocket.is_low
    waits = asyncio.create_task(line.websocket.wait_until_low())
    line.websocket.abort()
    async with asyncio.timeout(PATIENCE):
        await waits
    assert line.websocket.unsent == 0


async def test_what_came_before_the_end_is_told_and_nothing_after(line: Line) -> None:
    line.send(
        Frame(Opcode.TEXT, b"whole"),
        Frame(Opcode.TEXT, b"in ", fin=False),
        Frame(Opcode.CONT, b"parts"),
        Frame(Opcode.CLOSE, b""),
        Frame(Opcode.TEXT, b"late"),
    )
    (close,) = await line.receive()
    assert close.opcode is Opcode.CLOSE
    line.websocket.push(event_message("late"))
    assert await line.rest() == []
    line.writer.write_eof()
    await eventually(_is_true(lambda: line.heard.is_lost))
    assert line.heard.data == ["whole", "in parts"]


async def test_a_close_sends_all_that_waits_and_then_the_end_of_tcp_without_a_close_frame(
    line: Line,
) -> None:
    """A close frame is not noticed by every client, the end of TCP is."""
    message = event_message("event", LARGE)
    sent = 1
    while not line.websocket.push(message):
        sent += 1
    assert not line.websocket.is_low
    line.websocket.close()
    line.websocket.push(event_message("late"))
    line.send(Frame(Opcode.PING, b"late"), Frame(Opcode.TEXT, b"late"))
    heard = [bytes(frame.data).decode() for frame in await line.rest()]
    assert heard == [message.encode()] * sent
    line.writer.write_eof()
    await eventually(_is_true(lambda: line.heard.is_lost))
    assert line.heard.data == []


async def test_a_close_over_tls_sends_a_close_frame(tls_line: Line) -> None:
    """TLS has no connection that is closed to one side only."""
    tls_line.websocket.close()
    (close,) = await tls_line.receive()
    assert (close.opcode, Close.parse(close.data).code) == (Opcode.CLOSE, CloseCode.GOING_AWAY)


async def test_a_close_after_a_close_frame_changes_nothing(line: Line) -> None:
    line.websocket.send_close(CloseCode.NORMAL_CLOSURE)
    line.websocket.close()
    (close,) = await line.receive()
    assert (close.opcode, Close.parse(close.data).code) == (Opcode.CLOSE, CloseCode.NORMAL_CLOSURE)


async def test_a_client_that_is_gone_is_told_of_once_and_aborted_when_its_turn_comes(
    line: Line,
) -> None:
    """To free the connections of many takes a while, in which others are to be served."""
    line.writer.write_eof()
    await eventually(_is_true(lambda: line.heard.is_lost))
    assert line.websocket in line.connections
    line.websocket.push(event_message("nobody hears this"))
    assert line.websocket.unsent == 0
    line.websocket.abort()
    await eventually(_is_true(lambda: line.websocket not in line.connections))
    assert await line.receive() == []
    assert line.heard.times_lost == 1


async def test_what_came_is_not_kept_by_an_idle_websocket(line: Line) -> None:
    """The parser of websockets keeps its latest frame, which may hold a token."""
    line.send(Frame(Opcode.TEXT, b"40a token"))
    await eventually(_is_true(lambda: bool(line.heard.data)))
    protocol: Any = line.websocket._protocol
    parser = protocol.parser.gi_yieldfrom
    assert bytes(parser.gi_frame.f_locals["frame"].data) == b""
