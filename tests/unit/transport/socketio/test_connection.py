"""A connection over long-polling: its polls, its upgrade, refused or not, and its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from engineio.exceptions import QueueEmpty
from engineio.packet import NOOP, Packet
from sanic.exceptions import SanicException
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import CLIENT, Protocol, State

from tests.support.background import eventually
from tests.support.clients import PATIENCE
from transport.auth.origins import Origins
from transport.errors import Malformed
from transport.limits.limits import Allowances, Limits
from transport.metrics import Metrics
from transport.socketio.connection import Connection
from transport.socketio.elsewhere import Answer, Elsewhere, NodeGone
from transport.socketio.engine import SERVED_PER_TURN, EngineServer
from transport.socketio.lost_connections import LostConnections
from transport.socketio.packets import event_message

HANDSHAKE = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


class HttpConnection(asyncio.Protocol):
    """What Sanic has for a connection whose request is being served."""

    is_paused = False

    def __init__(self, server: "HttpServer") -> None:
        self._server = server
        self.connections = server.connections
        self.recv_buffer = bytearray()
        self.http = SimpleNamespace(response_func=None)
        self._callback_check_timeouts = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.connections.add(self)
        self._server.opened.put_nowait(transport)

    def abort(self) -> None:
        self.transport.abort()


class HttpServer:
    """Where requests for a WebSocket come from, over real connections."""

    def __init__(self) -> None:
        self.connections: set[Any] = set()
        self.opened: asyncio.Queue[Any] = asyncio.Queue()
        self._writers: list[asyncio.StreamWriter] = []

    async def ask(self, connection: Connection, **headers: str) -> "Client":
        """Ask for a WebSocket. Raises what the connection raises."""
        reader, writer = await asyncio.open_connection(*self.address)
        self._writers.append(writer)
        transport = await self.opened.get()
        request = SimpleNamespace(path="/", headers={**HANDSHAKE, **headers}, transport=transport)
        await connection._upgrade_websocket({"sanic.request": request})
        await reader.readuntil(b"\r\n\r\n")
        return Client(reader, writer)

    async def __aenter__(self) -> "HttpServer":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: HttpConnection(self), "127.0.0.1", 0)
        self.address = self._server.sockets[0].getsockname()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in list(self.connections):
            connection.abort()
        for writer in self._writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


class Client:
    """The client's side of a WebSocket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._protocol = Protocol(CLIENT, state=State.OPEN)
        self._frames: list[Frame] = []

    def send(self, *texts: str) -> None:
        frames = (Frame(Opcode.TEXT, text.encode()).serialize(mask=True) for text in texts)
        self.writer.write(b"".join(frames))

    async def frame(self) -> Frame:
        async with asyncio.timeout(PATIENCE):
            while not self._frames:
                data = await self._reader.read(65_536)
                assert data, "the server has ended the connection"
                self._protocol.receive_data(data)
                events = self._protocol.events_received()
                self.writer.writelines(self._protocol.data_to_send())
                self._frames += [
                    event
                    for event in events
                    if isinstance(event, Frame) and event.opcode is not Opcode.PING
                ]
        return self._frames.pop(0)

    async def unread(self) -> None:
        """Wait until something has come, and answer no ping."""
        async with asyncio.timeout(PATIENCE):
            assert await self._reader.read(1)

    async def text(self) -> str:
        return bytes((await self.frame()).data).decode()

    async def is_refused(self) -> None:
        """Return once a close frame has come, which is no sign of trouble."""
        frame = await self.frame()
        assert (frame.opcode, Close.parse(frame.data).code) == (Opcode.CLOSE, 1000)


@pytest.fixture
async def http() -> AsyncIterator[HttpServer]:
    async with HttpServer() as http:
        yield http


class Nowhere(Elsewhere):
    """There is no other node."""

    def owns(self, sid: str) -> bool:
        return True

    def new_id(self, random: str) -> str:
        return random

    async def ask(self, operation: str, sid: str, query: str = "", body: bytes = b"") -> Answer:
        raise NodeGone


@pytest.fixture
def engine() -> EngineServer:
    engine = EngineServer(
        send_buffer=65_536,
        origins=Origins(),
        limits=Limits(Allowances(), Metrics()),
        elsewhere=Nowhere(),
        async_mode="sanic",
        async_handlers=False,
    )
    engine.ended = []

    async def disconnected(sid: str, _reason: str) -> None:
        engine.ended.append(sid)

    engine.on("disconnect", disconnected)
    return engine


@pytest.fixture
def polled(engine: EngineServer) -> Connection:
    """A connection over long-polling."""
    connection = engine.sockets["a"] = Connection(engine, "a")
    connection.connected = True
    return connection


async def open_poll(connection: Connection) -> "asyncio.Task[list[Packet]]":
    """A polling request that stands open."""
    poll = asyncio.create_task(connection.handle_get_request({}))
    await asyncio.sleep(0)
    assert not poll.done()
    return poll


def kinds(packets: list[Packet]) -> list[int]:
    return [packet.packet_type for packet in packets]


async def test_an_upgrade_answers_the_poll_and_then_sends_what_waits_in_order(
    http: HttpServer, polled: Connection
) -> None:
    poll = await open_poll(polled)
    client = await http.ask(polled)
    client.send("2probe")
    assert await client.text() == "3probe"
    assert kinds(await poll) == [NOOP]
    events = [event_message("event", number) for number in range(3)]
    for event in events[:2]:
        assert not polled.queue.push(event)
    client.send("5")
    await eventually(lambda: upgraded(polled))
    polled.queue.push(events[2])
    assert [await client.text() for _ in events] == [event.encode() for event in events]
    assert polled.queue is polled.websocket


async def upgraded(connection: Connection) -> bool:
    return connection.upgraded


async def test_a_poll_that_stands_open_at_the_switch_is_answered(
    http: HttpServer, polled: Connection
) -> None:
    """A client that does not wait for the answer to its poll before it sends UPGRADE."""
    poll = await open_poll(polled)
    client = await http.ask(polled)
    client.send("2probe", "5")
    assert kinds(await poll) == [NOOP]
    assert polled.upgraded


REFUSED = {
    "no probe": ["2"],
    "UPGRADE at once": ["5"],
    "a message in place of the probe": ['40{"token":"t"}'],
    "a second probe": ["2probe", "2probe"],
    "a message in place of UPGRADE": ["2probe", "40"],
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
async def test_an_upgrade_that_is_not_one_ends_the_websocket_and_polling_goes_on(
    http: HttpServer, polled: Connection, sent: list[str]
) -> None:
    client = await http.ask(polled)
    client.send(*sent)
    for _ in sent[:-1]:
        assert await client.text() == "3probe"
    await client.is_refused()
    await goes_on(polled)


async def test_a_client_that_is_lost_in_its_upgrade_polls_on(
    http: HttpServer, polled: Connection
) -> None:
    client = await http.ask(polled)
    client.send("2probe")
    assert await client.text() == "3probe"
    assert kinds(await polled.poll()) == [NOOP]
    client.writer.close()
    await eventually(lambda: not_upgrading(polled))
    await goes_on(polled)
    assert not http.connections


async def test_a_poll_fails_if_the_websocket_is_lost_before_the_probe_is_known_to_be_answered(
    http: HttpServer, polled: Connection
) -> None:
    """Else the JavaScript client, which polls no more after it, would wait for 45 seconds."""
    poll = await open_poll(polled)
    client = await http.ask(polled)
    client.send("2probe")
    await client.unread()
    assert not poll.done()
    client.writer.close()
    with pytest.raises(QueueEmpty):
        await poll
    assert polled.closed


async def not_upgrading(connection: Connection) -> bool:
    return not connection.upgrading


async def test_a_second_upgrade_is_refused_and_the_first_goes_on(
    http: HttpServer, polled: Connection
) -> None:
    client = await http.ask(polled)
    with pytest.raises(Malformed, match="being upgraded already"):
        await http.ask(polled)
    client.send("2probe", "5")
    await eventually(lambda: upgraded(polled))


async def test_an_upgrade_after_a_refused_one_is_not_ended_with_it(
    http: HttpServer, polled: Connection
) -> None:
    refused = await http.ask(polled)
    refused.send("what?")
    await refused.is_refused()
    client = await http.ask(polled)
    refused.writer.close()
    client.send("2probe")
    assert await client.text() == "3probe"
    with pytest.raises(Malformed, match="being upgraded already"):
        await http.ask(polled)
    client.send("5")
    await eventually(lambda: upgraded(polled))


@pytest.mark.parametrize("header", ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Upgrade"])
async def test_a_handshake_that_is_none_is_refused_and_polling_goes_on(
    http: HttpServer, polled: Connection, header: str
) -> None:
    with pytest.raises(SanicException):
        await http.ask(polled, **{header: "?"})
    await goes_on(polled)


async def goes_on(connection: Connection) -> None:
    """What is sent is what the next poll is answered."""
    assert not connection.upgrading
    while not connection.queue.push(event := event_message("event")):
        answer = await connection.poll()
        if kinds(answer) != [NOOP]:
            break
    assert answer[-1] is event


async def test_a_close_answers_the_poll_after_which_there_is_no_session(
    engine: EngineServer, polled: Connection
) -> None:
    poll = await open_poll(polled)
    await engine.close("a")
    assert kinds(await poll) == [NOOP]
    assert (engine.sockets, engine.ended) == ({}, ["a"])


async def test_an_abort_drops_what_waits(engine: EngineServer, polled: Connection) -> None:
    polled.queue.push(event_message("event"))
    await engine.abort("a")
    assert kinds(await polled.poll()) == [NOOP]
    assert (engine.sockets, engine.ended) == ({}, ["a"])
    await engine.abort("a")
    assert engine.ended == ["a"]


async def test_an_abort_in_an_upgrade_aborts_the_websocket_too(
    http: HttpServer, engine: EngineServer, polled: Connection
) -> None:
    await http.ask(polled)
    await engine.abort("a")
    assert polled.websocket is not None and polled.websocket._transport.is_closing()
    await eventually(lambda: nobody_in(http))
    assert engine.ended == ["a"]


async def test_a_connection_that_is_closed_in_its_upgrade_does_not_switch(
    http: HttpServer, engine: EngineServer, polled: Connection
) -> None:
    client = await http.ask(polled)
    await engine.close("a")
    client.send("2probe")
    await client.is_refused()
    client.writer.close()
    await eventually(lambda: nobody_in(http))
    assert engine.ended == ["a"]
    assert not polled.upgraded


async def nobody_in(http: HttpServer) -> bool:
    return not http.connections


async def test_a_poll_that_is_given_up_ends_the_connection(
    engine: EngineServer, polled: Connection
) -> None:
    poll = await open_poll(polled)
    poll.cancel()
    with pytest.raises(QueueEmpty):
        await poll
    assert engine.ended == ["a"]


async def test_a_client_that_is_gone_has_what_it_sent_served_before_the_end(
    http: HttpServer, engine: EngineServer, polled: Connection
) -> None:
    served = []

    async def serve(_sid: str, data: str) -> None:
        await asyncio.sleep(0)
        served.append((data, list(engine.ended)))

    engine.on("message", serve)
    client = await http.ask(polled)
    client.send("2probe", "5", "4first", "4second")
    client.writer.close()

    async def has_ended() -> bool:
        return bool(engine.ended)

    await eventually(has_ended)
    assert served == [("first", []), ("second", [])]
    assert engine.ended == ["a"]


async def test_lost_connections_are_aborted_one_in_a_turn_and_all_in_order() -> None:
    turn, aborted = 0, []

    class Lost:
        async def abort(self) -> None:
            aborted.append((self, turn))

    lost, all_lost = LostConnections(), [Lost() for _ in range(10)]
    for connection in all_lost:
        lost.add(connection)
    while len(aborted) < len(all_lost):
        turn += 1
        await asyncio.sleep(0)
    assert [connection for connection, _ in aborted] == all_lost
    turns = [each for _, each in aborted]
    assert len(set(turns)) == len(all_lost)


async def test_packets_that_come_many_at_once_are_served_while_others_are_too(
    http: HttpServer, engine: EngineServer
) -> None:
    """What serves them may refuse each at once, so that nothing else makes it wait."""
    served: list[str] = []
    turns = 0

    async def message(sid: str, _data: str) -> None:
        served.append(sid)

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    engine.on("message", message)
    clients = {sid: await http.ask(opened(engine, sid)) for sid in ("a", "b")}
    counting = asyncio.create_task(count_turns())
    for client in clients.values():
        client.send(*["4x"] * 500)
    await eventually(lambda: all_are(served, 1_000))
    counting.cancel()
    assert turns > 1_000 / SERVED_PER_TURN
    assert {"a", "b"} == set(served[300:700])


def opened(engine: EngineServer, sid: str) -> Connection:
    connection = engine.sockets[sid] = Connection(engine, sid)
    return connection


async def all_are(served: list[str], number: int) -> bool:
    return len(served) == number
