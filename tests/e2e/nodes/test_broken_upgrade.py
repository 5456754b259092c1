"""An upgrade at another node that comes to nothing: polling goes on at once, and what stays open is
bounded."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from tests.support.channels import create_channel
from tests.support.engine_io import NOOP, PollingSession, polling, websocket_url
from tests.support.service import RunningService, running_service
from tests.support.tokens import token
from transport.socketio import upgrade

W = "broken"

ENOUGH = upgrade.UPGRADE_TIMEOUT / 2
"""Seconds in which what is not to wait for the deadline of an upgrade has come."""


@pytest.fixture
def two_nodes(database_url: str) -> Iterator[list[RunningService]]:
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(running_service(database_url, max_connections="2"))
            for _ in range(2)
        ]
        try:
            yield nodes
        finally:
            nodes[1].process.send_signal(signal.SIGKILL)


@pytest.fixture
async def session(two_nodes: list[RunningService]) -> AsyncIterator[PollingSession]:
    """A session of the first node, over polling."""
    async with polling(two_nodes[0].url) as session:
        await session.auth(token("bob", (W,)))
        yield session


async def probed(node: RunningService, session: PollingSession) -> ClientConnection:
    """A WebSocket over which the client may switch: its last poll has returned."""
    poll = await session.open_get()
    connection = await connect(websocket_url(node.url, session.sid), ping_interval=None)
    await connection.send("2probe")
    assert await connection.recv() == "3probe"
    assert (await poll).text == NOOP
    return connection


async def hears(node: RunningService, session: PollingSession) -> None:
    """It is told of a new channel, and has not polled in a hurry for it."""
    polls = len(session.received)
    channel = await create_channel(node.url, W, "told")
    async with asyncio.timeout(ENOUGH):
        assert await session.event("channel-created") == channel
    assert len(session.received) - polls < 100


async def test_a_poll_fails_whose_websocket_is_lost_before_the_probe_is_known_to_be_answered(
    two_nodes: list[RunningService], session: PollingSession
) -> None:
    """Else the JavaScript client, which polls no more after it, would wait for 45 seconds."""
    poll = await session.open_get()
    uri = parse_uri(websocket_url(two_nodes[1].url, session.sid))
    reader, writer = await asyncio.open_connection(uri.host, uri.port)
    writer.write(ClientProtocol(uri).connect().serialize())
    await reader.readuntil(b"\r\n\r\n")
    writer.write(Frame(Opcode.TEXT, b"2probe").serialize(mask=True))
    assert await reader.read(1)
    assert not poll.done()
    writer.close()
    async with asyncio.timeout(ENOUGH):
        assert (await poll).status_code == 400


@pytest.mark.parametrize("then", ["", "4x"])
async def test_a_client_that_is_gone_in_its_upgrade_is_told_over_polling(
    two_nodes: list[RunningService], session: PollingSession, then: str
) -> None:
    opened, other = two_nodes
    connection = await probed(other, session)
    if then:
        await connection.send(then)
    connection.transport.abort()
    await hears(opened, session)
    await (await probed(other, session)).close()  # and it may try once more


async def test_a_client_hears_over_polling_while_nothing_comes_over_its_websocket(
    two_nodes: list[RunningService], session: PollingSession
) -> None:
    opened, other = two_nodes
    async with connect(websocket_url(other.url, session.sid), ping_interval=None):
        await hears(opened, session)


async def test_a_node_that_is_killed_in_an_upgrade_leaves_polling_as_it_was(
    two_nodes: list[RunningService], session: PollingSession
) -> None:
    opened, other = two_nodes
    await probed(other, session)
    other.process.send_signal(signal.SIGKILL)
    await hears(opened, session)


async def test_an_upgrade_is_of_a_session_that_there_is_and_counts_as_a_connection(
    two_nodes: list[RunningService], session: PollingSession
) -> None:
    opened, other = two_nodes
    with pytest.raises(InvalidStatus) as refused:
        await connect(websocket_url(other.url, session.sid[:8] + "anything"))
    assert refused.value.response.status_code == 400
    async with polling(opened.url) as second, polling(other.url):
        await second.auth(token("carol", (W,)))
        async with connect(websocket_url(other.url, session.sid), ping_interval=None):
            with pytest.raises(InvalidStatus) as refused:
                await connect(websocket_url(other.url, second.sid))
        assert refused.value.response.status_code == 503


async def test_an_upgrade_that_does_not_go_on_is_ended(
    two_nodes: list[RunningService], session: PollingSession
) -> None:
    opened, other = two_nodes
    async with (
        connect(websocket_url(other.url, session.sid), ping_interval=None) as connection,
        asyncio.timeout(2 * upgrade.UPGRADE_TIMEOUT),
    ):
        await connection.wait_closed()
    await hears(opened, session)
