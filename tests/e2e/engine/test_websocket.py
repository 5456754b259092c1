"""WebSocket frames that no client should send, and upgrades that come to nothing."""

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.support.channels import create_channel
from tests.support.clients import PATIENCE
from tests.support.engine_io import (
    CLOSE,
    CONNECT,
    DISCONNECT,
    NOOP,
    Ended,
    PollingSession,
    Session,
    WebSocketSession,
    event,
    polling,
    upgrading,
    websocket,
)
from tests.support.service import RunningService
from tests.support.tokens import token

W = "websocket"
MIB = 2**20


@pytest.fixture(autouse=True)
def untroubled(service: RunningService) -> Iterator[None]:
    """The service has no trouble with any of it."""
    yield
    assert service.troubles == ""


@pytest.fixture
async def session(service: RunningService) -> AsyncIterator[WebSocketSession]:
    """A session that has authenticated."""
    async with websocket(service.url) as session:
        await session.auth(token("bob", (W,)))
        yield session


FRAMES = {
    "binary that belongs to no event": (b"\xff\xfe", False),
    "binary that looks like an event": (b'2["create-channel",{}]', False),
    "empty binary": (b"", False),
    "empty text": (b"", True),
    "text that is no packet": (b"what?", True),
    "text that is not UTF-8": (b'42["auth","\xff"]', True),
    "text of a lone surrogate": (b'42["auth","\xed\xa0\x80"]', True),
    "text over the allowed size": (b"4" + b"x" * MIB, True),
    "binary over the allowed size": (b"x" * MIB, False),
}


@pytest.mark.parametrize(("frame", "text"), FRAMES.values(), ids=FRAMES)
async def test_a_frame_that_holds_no_packet_ends_the_connection(
    session: WebSocketSession, frame: bytes, text: bool
) -> None:
    with suppress(Ended):  # a large one, before all of it is sent
        await session.send_frame(frame, text=text)
    await session.ended()


async def test_the_close_code_says_that_text_was_not_utf8(session: WebSocketSession) -> None:
    await session.send_frame(b"\xff", text=True)
    await session.cut()
    assert session.connection.close_code == 1007


async def test_the_close_code_says_that_a_frame_was_too_large(session: WebSocketSession) -> None:
    # The head of a masked binary frame (RFC 6455, 5.2), whose 2 MiB are never sent.
    session.connection.transport.write(b"\x82\xff" + struct.pack("!Q", 2 * MIB) + b"mask")
    await session.cut()
    assert session.connection.close_code == 1009


async def test_a_message_over_the_allowed_size_in_small_frames_ends_the_connection(
    session: WebSocketSession,
) -> None:
    with suppress(ConnectionClosed):
        await session.connection.send(["x" * 1_000] * 2_000)
    await session.cut()


async def test_a_message_of_the_allowed_size_is_served(session: WebSocketSession) -> None:
    frame = event("no-such-event", "", ack=1)
    await session.send(event("no-such-event", "x" * (1_000_000 - len(frame)), ack=1))
    assert (await session.ack(1))["error"]["code"] == "unknown_event"


async def test_a_connection_that_was_closed_neither_hears_nor_does_anything_and_is_cut(
    service: RunningService, session: WebSocketSession
) -> None:
    async with websocket(service.url) as other:
        await other.auth(token("carol", (W,)))
        await session.send("4what?")
        await session.packet(DISCONNECT)
        received = list(session.received)
        await create_channel(service.url, W, "not heard")
        await other.event("channel-created")
        channel = {"workspaceId": W, "name": "not created"}
        await session.offer(event("create-channel", channel, ack=1))
        await session.offer(CONNECT, event("auth", {"data": token("bob", (W,))}, ack=2), "what?")
        await session.cut()
        with pytest.raises(Ended):
            while True:
                await session.receive()
        assert session.received == received
        await other.send(event("create-channel", channel, ack=1))
        assert (await other.ack(1))["channel"]["creatorId"] == "carol"


async def test_a_client_that_leaves_without_closing_its_websocket_is_cut(
    session: WebSocketSession,
) -> None:
    await session.send(CLOSE)
    await session.cut()


@pytest.fixture
async def polled(service: RunningService) -> AsyncIterator[PollingSession]:
    """A polling session that has authenticated, in a workspace of its own."""
    async with polling(service.url) as session:
        await session.auth(token("bob", (session.sid,)))
        yield session


async def check_hears(service: RunningService, session: Session) -> None:
    channel = await create_channel(service.url, session.sid, "heard")
    assert await session.event("channel-created") == channel


async def probe(connection: ClientConnection) -> None:
    await connection.send("2probe")
    assert await asyncio.wait_for(connection.recv(), PATIENCE) == "3probe"


async def test_an_upgrade_carries_on_where_polling_ended(
    service: RunningService, polled: PollingSession
) -> None:
    async with upgrading(polled, service.url) as connection:
        opened = await polled.open_get()
        await probe(connection)
        assert (await opened).text == NOOP
        waiting = await create_channel(service.url, polled.sid, "during the upgrade")
        await connection.send("5")
        upgraded = WebSocketSession(connection, polled.sid)
        assert await upgraded.event("channel-created") == waiting
        assert (await polled.get()).status_code == 400
        assert (await polled.post("3")).status_code == 400


async def test_polling_is_answered_at_once_while_an_upgrade_stands_half_open(
    service: RunningService, polled: PollingSession
) -> None:
    async with upgrading(polled, service.url):
        assert (await polled.get()).text == NOOP


@pytest.mark.parametrize("probed", [False, True], ids=["before the probe", "after it"])
@pytest.mark.parametrize("way", ["closed", "lost"])
async def test_a_session_whose_upgrade_breaks_off_goes_on_by_polling(
    service: RunningService, polled: PollingSession, probed: bool, way: str
) -> None:
    async with upgrading(polled, service.url) as connection:
        if probed:
            poll = await polled.open_get()
            await probe(connection)
            await poll  # the answer to the probe is known to have come
        if way == "lost":
            connection.transport.abort()
    await check_hears(service, polled)


@pytest.mark.parametrize(
    "packets",
    [
        ["2"],
        ["3probe"],
        ["2wrong"],
        ["5"],
        ["40"],
        ["what?"],
        ["2probe", "2probe"],
        ["2probe", "6"],
    ],
    ids=" ".join,
)
async def test_a_session_whose_upgrade_is_wrong_goes_on_by_polling(
    service: RunningService, polled: PollingSession, packets: list[str]
) -> None:
    async with upgrading(polled, service.url) as connection:
        for packet in packets:
            await connection.send(packet)
        async with asyncio.timeout(PATIENCE):
            await connection.wait_closed()
    await check_hears(service, polled)


async def test_a_second_upgrade_beside_the_first_is_refused(
    service: RunningService, polled: PollingSession
) -> None:
    async with upgrading(polled, service.url) as connection:
        await probe(connection)
        with pytest.raises(Exception, match="400"):
            async with upgrading(polled, service.url):
                """Not reached."""
        await connection.send("5")
        await check_hears(service, WebSocketSession(connection, polled.sid))
