"""A link asks a node, and no one else, and says at once that a node is gone."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, unix_serve

from persistence.nodes.node_table import Node
from tests.support.background import eventually
from transport.nodes import link
from transport.nodes.link import GREETING_HEADER, Link
from transport.nodes.messages import Answered, Ask, GiveUp
from transport.nodes.signing import Signing
from transport.socketio.elsewhere import Answer, NodeGone

_FROM_CALLER = msgspec.msgpack.Decoder(Ask | GiveUp)


def signing(node_id: str, key: bytes = b"k" * 32) -> Signing:
    return Signing(node_id, lambda: key, lambda: 1_000_000.0)


class Target:
    """What listens at the socket of a node, with the key of the log or another one."""

    def __init__(self, key: bytes) -> None:
        self._signing = signing("target", key)
        self.heard: list[Any] = []
        self.answers = True
        self.connections: list[ServerConnection] = []

    async def serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        assert connection.request is not None
        greeting = connection.request.headers[GREETING_HEADER]
        await connection.send(self._signing.reply(greeting))
        async for message in connection:
            assert isinstance(message, bytes)
            asked = _FROM_CALLER.decode(message)
            self.heard.append(asked)
            if isinstance(asked, Ask) and self.answers:
                answer = Answered(asked.number, Answer(200, asked.sid.encode()))
                await connection.send(msgspec.msgpack.encode(answer))


@pytest.fixture
def listening(tmp_path: Path) -> Callable[..., Any]:
    @asynccontextmanager
    async def listening(key: bytes = b"k" * 32) -> AsyncIterator[tuple[Target, Link]]:
        target, path = Target(key), str(tmp_path / "target.sock")
        async with unix_serve(target.serve, path):
            opened = Link(Node("target", None, path), signing("caller"))
            try:
                yield target, opened
            finally:
                opened.close()
                await opened.closed()

    return listening


async def test_many_questions_are_answered_each_with_its_own(listening: Any) -> None:
    async with listening() as (target, opened):
        sids = [f"session {n}" for n in range(50)]
        answers = await asyncio.gather(*(opened.ask("GET", sid, "", b"") for sid in sids))
        assert [answer.body.decode() for answer in answers] == sids
        assert len(target.connections) == 1


async def test_nothing_is_asked_of_who_has_not_the_key(listening: Any) -> None:
    async with listening(b"another key") as (target, opened):
        with pytest.raises(NodeGone):
            await opened.ask("POST", "sid", "", b"a token")
        assert opened.is_gone
        assert target.heard == []


@pytest.mark.parametrize("place", [None, "/nowhere/target.sock"])
async def test_a_node_that_is_nowhere_is_gone_at_once(place: str | None) -> None:
    opened = Link(Node("target", None, place), signing("caller"))
    with pytest.raises(NodeGone):
        await opened.ask("GET", "sid", "", b"")


async def test_what_is_asked_of_a_node_that_ends_is_answered_that_it_is_gone(
    listening: Any,
) -> None:
    async with listening() as (target, opened):
        target.answers = False
        asked = [asyncio.create_task(opened.ask("GET", f"{n}", "", b"")) for n in range(3)]

        async def heard() -> bool:
            return len(target.heard) == 3

        await eventually(heard)
        target.connections[0].transport.abort()
        for each in asked:
            with pytest.raises(NodeGone):
                await each
        with pytest.raises(NodeGone):
            await opened.ask("GET", "sid", "", b"")


async def test_a_node_that_stands_still_is_given_up(
    listening: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(link._OPTIONS, "ping_interval", 0.01)
    monkeypatch.setitem(link._OPTIONS, "ping_timeout", 0.01)
    async with listening() as (target, opened):
        target.answers = False
        asked = asyncio.create_task(opened.ask("GET", "sid", "", b""))

        async def heard() -> bool:
            return bool(target.heard)

        await eventually(heard)
        target.connections[0].transport.pause_reading()
        with pytest.raises(NodeGone):
            await asked


async def test_who_gives_up_takes_the_question_back(listening: Any) -> None:
    async with listening() as (target, opened):
        target.answers = False
        asked = asyncio.create_task(opened.ask("GET", "sid", "", b""))

        async def heard(count: int) -> bool:
            return len(target.heard) == count

        await eventually(lambda: heard(1))
        asked.cancel()
        await eventually(lambda: heard(2))
        assert target.heard[1] == GiveUp(target.heard[0].number)


async def test_a_node_that_is_gone_while_it_is_asked_leaves_nothing_for_the_log(
    listening: Any,
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    async with listening() as (target, opened):
        await opened.ask("GET", "sid", "", b"")
        target.connections[0].transport.pause_reading()
        body = b"more than the sockets between them hold" * 100_000
        asked = asyncio.create_task(opened.ask("POST", "sid", "", body))

        async def is_sending() -> bool:
            return opened._websocket.transport.get_write_buffer_size() > 0

        await eventually(is_sending)
        target.connections[0].transport.abort()
        with pytest.raises(NodeGone):
            await asked
    del asked
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
