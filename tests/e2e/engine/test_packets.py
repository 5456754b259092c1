"""Packets that are not Engine.IO's or Socket.IO's, or out of turn: they end their connection,
soon and alone."""

import itertools
from collections.abc import AsyncIterator

import pytest

from tests.support.channels import create_channel
from tests.support.engine_io import Session, event, polling, websocket
from tests.support.service import RunningService
from tests.support.tokens import token

TRANSPORTS = {"polling": polling, "websocket": websocket}

workspaces = itertools.count()


@pytest.fixture
def workspace() -> str:
    return f"packets-{next(workspaces)}"


@pytest.fixture(params=TRANSPORTS)
async def session(
    service: RunningService, request: pytest.FixtureRequest, workspace: str
) -> AsyncIterator[Session]:
    """A session that has authenticated; beside it another, which must hear on and on."""
    async with websocket(service.url) as other, TRANSPORTS[request.param](service.url) as session:
        await other.auth(token("bob", (workspace,)))
        await session.auth(token("carol", (workspace,)))
        yield session
        channel = {"workspaceId": workspace, "name": "after"}
        await other.send(event("create-channel", channel, ack=1))
        assert (await other.ack(1))["channel"] == await other.event("channel-created")
    assert service.troubles == ""


DEEP = "[" * 100_000

NOT_ENGINE_IO = {
    "of unknown type": "7",
    "of no type": "what?",
    "beyond ASCII": "☃",
    "nested without end": "4" + DEEP,
    "of bad base64": "b!",
}

NOT_SOCKET_IO = {
    "an empty message": "4",
    "a message of JSON": '4{"a":1}',
    "a list": "4[]",
    "a longer list": "4[1]",
    "true": "4true",
    "null": "4null",
    "a number": "4-1",
    "text": "4what?",
    "of unknown type": "47",
    "an event of an object": '42{"a":1}',
    "an event of nothing": "42",
    "an event of an empty list": "42[]",
    "an event named by a number": "42[1]",
    "an event named by null": "42[null]",
    "an event of broken JSON": '42["create-channel",{',
    "an event nested without end": f'42["create-channel",{DEEP}',
    "an event with a number too long to read": f'42["create-channel",{"1" * 5_000}]',
    "an acknowledgement number too long to read": f'42{"1" * 120}["create-channel",{{}}]',
    "an event of a namespace not connected to": '42/admin,["create-channel",{}]',
    "a CONNECT_ERROR": '44{"message":"no"}',
    "bytes that belong to no event": "bAAAA",
    "a binary event without attachments": '450-["create-channel",{}]',
    "a binary event with 9 attachments": '459-["create-channel",{}]',
    "a binary event with 9,999,999,999 attachments": '459999999999-["create-channel",{}]',
    "a binary event with more attachments than fit": '4599999999999-["create-channel",{}]',
    "a binary event of a namespace not connected to": '451-/admin,["create-channel",{}]',
}


@pytest.mark.parametrize("packet", NOT_ENGINE_IO.values(), ids=NOT_ENGINE_IO)
async def test_a_packet_that_is_not_engine_io_ends_the_connection(
    session: Session, packet: str
) -> None:
    await session.offer(packet)
    await session.ended()


@pytest.mark.parametrize("packet", NOT_SOCKET_IO.values(), ids=NOT_SOCKET_IO)
async def test_a_packet_that_is_not_socket_io_ends_the_connection(
    session: Session, packet: str
) -> None:
    await session.offer(packet)
    await session.ended()


@pytest.mark.parametrize(
    "packets",
    [
        ('451-["create-channel",{"_placeholder":true,"num":0}]', event("auth", {})),
        ('451-["create-channel",{"_placeholder":true,"num":7}]', "bAAAA"),
        ('451-["create-channel",{"_placeholder":true,"num":"x"}]', "bAAAA"),
        ('451-["create-channel",{"_placeholder":true,"num":null}]', "bAAAA"),
        ('451-{"_placeholder":true,"num":0}', "bAAAA"),
    ],
    ids=["text in their place", "out of range", "by a word", "by null", "in place of a list"],
)
async def test_attachments_that_do_not_fit_end_the_connection(
    session: Session, packets: tuple[str, str]
) -> None:
    await session.offer(*packets)
    await session.ended()


async def test_an_event_whose_attachments_never_come_keeps_nothing_from_the_socket(
    service: RunningService, session: Session, workspace: str
) -> None:
    await session.send('452-["create-channel",{"_placeholder":true,"num":0}]', "bAAAA")
    channel = await create_channel(service.url, workspace, "heard", isPrivate=True, user="carol")
    assert await session.event("channel-created") == channel


async def test_a_binary_event_with_8_attachments_is_served(session: Session) -> None:
    holes = ",".join(f'{{"_placeholder":true,"num":{number}}}' for number in range(8))
    await session.send(f'458-5["no-such-event",{holes}]', *(["bAAAA"] * 8))
    assert (await session.ack(5))["error"]["code"] == "unknown_event"


HARMLESS = {
    "an acknowledgement of nothing": "430[]",
    "an acknowledgement without a number": "43[]",
    "a pong that no ping asked for": "3",
    "an upgrade of what is not being upgraded": "5",
    "a disconnect of a namespace not connected to": "41/admin,",
}


@pytest.mark.parametrize("packet", HARMLESS.values(), ids=HARMLESS)
async def test_a_packet_that_means_nothing_changes_nothing(session: Session, packet: str) -> None:
    await session.send(packet, event("no-such-event", ack=1))
    assert (await session.ack(1))["error"]["code"] == "unknown_event"


async def test_connecting_twice_is_refused_and_changes_nothing(session: Session) -> None:
    await session.send("40", event("no-such-event", ack=1))
    await session.packet("44")
    assert (await session.ack(1))["error"]["code"] == "unknown_event"


async def test_an_unknown_namespace_is_refused_and_changes_nothing(session: Session) -> None:
    await session.send("40/admin,", event("no-such-event", ack=1))
    await session.packet("44/admin,")
    assert (await session.ack(1))["error"]["code"] == "unknown_event"


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    "packet",
    [event("auth", {"data": token()}), '451-["auth",{"_placeholder":true,"num":0}]'],
    ids=["text", "binary"],
)
async def test_an_event_before_the_namespace_is_connected_to_ends_the_connection(
    service: RunningService, transport: str, packet: str
) -> None:
    async with TRANSPORTS[transport](service.url) as session:
        await session.offer(packet)
        await session.ended()
        assert session.events("auth-success") == []


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("auth", ["text", ["list"], 7, {}, {"position": 7}, True])
async def test_a_handshake_without_a_token_connects(
    service: RunningService, transport: str, auth: object
) -> None:
    async with TRANSPORTS[transport](service.url) as session:
        await session.join(auth)
        await session.send(event("auth", {"data": token()}))
        await session.event("auth-success")
        assert session.events("socket-api-error") == []
