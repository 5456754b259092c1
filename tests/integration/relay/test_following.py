"""A node that follows the log from its stream hears what one hears that follows Postgres, whatever
happens to the stream."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from domain.access import AccessCommands
from domain.actor import OPERATE, Actor, Cause
from persistence.jetstream.credentials import NatsServers
from persistence.jetstream.following import StreamFollower
from persistence.log import log_source, wakeup
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.events import channel_created
from tests.support.nats_server import NatsServer, running_nats
from tests.support.node import Node, positions, read_until
from tests.support.outputs import OUTPUTS
from tests.support.publishing import Publisher, otherwise, publisher
from tests.support.relayed import streams_of, told_of
from tests.support.rewinding import LOSE_THE_END, look_again

LONG = 90.0
"""Seconds, for what servers are killed and started in."""


class Following:
    """The second node, which may follow the stream of what the first one appends."""

    def __init__(self, node: Node, follower: Node, nats: NatsServer, url: str = "") -> None:
        """It follows with the `url`, which may name a user."""
        self.node = node
        self.follower = follower
        self.nats = nats
        servers = NatsServers(url or nats.url)
        self.stream = StreamFollower(
            servers, follower.log, follower.epochs, follower.wakeup, follower.source
        )

    async def append(self, count: int = 1) -> None:
        for _ in range(count):
            await self.node.log.append([channel_created()], "demo")

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[Publisher]:
        async with publisher(self.node, self.nats.url) as publishing:
            yield publishing

    async def hears(self, upto: int, after: int = 0) -> None:
        """All of the log up to a position, in order and once; it may be waited for meanwhile."""
        async with asyncio.timeout(LONG):
            pages = await read_until(self.follower.subscription(after), upto)
        assert positions(pages) == list(range(after + 1, upto + 1))

    async def is_stream(self) -> None:
        async def followed() -> bool:
            return self.follower.source.is_stream

        await eventually(followed, within=30)

    async def beat(self) -> None:
        """Wait for a heartbeat."""
        async with asyncio.timeout(PATIENCE):
            await self.follower.wakeup.next(wakeup.HEARTBEAT).wait()

    async def is_postgres(self) -> str:
        """Why."""

        async def why() -> str:
            return self.follower.source.why

        return await eventually(why, within=30)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats come sooner, so that no test waits for many of them."""
    monkeypatch.setattr(wakeup, "HEARTBEAT_INTERVAL", 0.5)
    monkeypatch.setattr(log_source, "MAY_BE_BEHIND", 0.4)


@pytest.fixture
async def following(
    node: Node, second_node: Node, nats_server: NatsServer
) -> AsyncIterator[Following]:
    found = Following(node, second_node, nats_server)
    async with running(found.stream.run()):
        yield found


async def test_what_the_stream_brings_is_heard_though_postgres_tells_nothing_of_the_log(
    following: Following, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with following.publishing() as publishing:
        await following.append(3)
        await publishing.publish()
        await following.is_stream()
        monkeypatch.setattr(wakeup, "HEARTBEAT_INTERVAL", 3600.0)
        await following.beat()
        await following.append(3)
        events = await publishing.lacking()
        async with admin.transaction():
            await admin.execute("LOCK TABLE stored_events IN ACCESS EXCLUSIVE MODE")
            await publishing.publish(events)
            await following.hears(6, after=3)


async def test_nothing_is_missed_or_heard_twice_while_nats_is_killed_and_comes_back(
    following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    hearing = asyncio.create_task(following.hears(300))
    for _ in range(3):
        async with following.publishing() as publishing:
            await publishing.publish()
            await following.is_stream()
            for _ in range(50):
                await following.append()
                await publishing.publish()
        caplog.clear()
        following.nats.kill()
        await following.is_postgres()
        assert "and not from its stream: the connection was lost" in caplog.text
        await following.append(50)
        following.nats.start()
    await hearing


async def test_where_the_stream_stands_still_postgres_is_followed_until_it_moves_again(
    following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    async with following.publishing() as publishing:
        await following.append()
        await publishing.publish()
        await following.is_stream()
        caplog.clear()
        hearing = asyncio.create_task(following.hears(9))
        await following.append(4)
        assert "stands still at position 1" in await following.is_postgres()
        await following.append(4)
        await hearing
        for _ in range(3):
            await following.beat()
        assert len([line for line in caplog.messages if "from Postgres" in line]) == 1
        await publishing.publish()
        await following.is_stream()


async def test_access_that_is_taken_back_does_not_wait_for_a_stream_that_stands_still(
    following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with following.publishing() as publishing:
        await following.append()
        await publishing.publish()
        await following.is_stream()
        monkeypatch.setattr(wakeup, "HEARTBEAT_INTERVAL", 3600.0)
        await following.beat()
        olga = Cause(Actor("olga", {}, frozenset({OPERATE})), "a request")
        await AccessCommands(following.node.log).revoke_access(olga, "bob", "demo")
        await following.hears(2)


async def test_a_stream_with_another_event_than_was_seen_is_not_followed(
    following: Following,
) -> None:
    async with following.publishing() as publishing:
        await following.append(3)
        await following.hears(3)
        await publishing.publish(change=otherwise)
        await _why(following, "another event at position 3")
        await following.append(3)
        await following.hears(6)


async def test_a_stream_that_is_far_behind_is_not_followed(
    following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a long log would be sent, which is known."""
    monkeypatch.setattr("persistence.jetstream.following.NEAR", 3)
    async with following.publishing() as publishing:
        await following.append(6)
        await following.hears(6)
        events = await publishing.lacking()
        await publishing.publish(events[:1])
        await _why(following, "it is at position 1, and the log at 6")
        await publishing.publish(events[1:])
        await following.is_stream()


async def test_a_stream_that_goes_on_in_another_epoch_is_not_followed(
    following: Following, admin: asyncpg.Connection
) -> None:
    async with following.publishing() as publishing:
        await following.append()
        await publishing.publish()
        await following.is_stream()
        await following.append()
        await publishing.publish(recorded_in="another log")
        await _why(following, "another epoch")
        await following.hears(2)


async def test_a_node_that_starts_while_nats_is_away_follows_it_once_it_is_there(
    node: Node, second_node: Node, nats_server: NatsServer
) -> None:
    nats_server.kill()
    following = Following(node, second_node, nats_server)
    async with running(following.stream.run()):
        await following.append(3)
        await following.hears(3)
        nats_server.start()
        await _why(following, "no relay has published the log")
        async with following.publishing() as publishing:
            await publishing.publish()
            await following.is_stream()
            await following.append(3)
            await publishing.publish()
            await following.hears(6)


async def test_a_server_that_stands_still_is_left(following: Following) -> None:
    async with following.publishing() as publishing:
        await following.append()
        await publishing.publish()
        await following.is_stream()
    following.nats.send(signal.SIGSTOP)
    try:
        await following.is_postgres()
        await following.append(3)
        await following.hears(4)
    finally:
        following.nats.send(signal.SIGCONT)
    async with following.publishing() as publishing:
        await publishing.publish()
        await following.is_stream()


async def test_a_consumer_that_is_removed_is_made_anew(following: Following) -> None:
    """It is not told; the server only says nothing to it any more."""
    async with following.publishing() as publishing, streams_of(following.nats) as streams:
        await following.append()
        await publishing.publish()
        await following.is_stream()
        told = await told_of(streams, following.node)
        assert told is not None
        (before,) = await streams.consumers_info(told.stream)
        await streams.delete_consumer(told.stream, before.name)

        async def is_another() -> bool:
            found = await streams.consumers_info(told.stream)
            return bool(found) and before.name not in {each.name for each in found}

        await eventually(is_another, within=30)
        await following.append(3)
        await publishing.publish()
        await following.hears(4)
        await following.is_stream()


async def test_what_a_node_has_appended_itself_it_hears_at_once_and_once(
    following: Following,
) -> None:
    async with following.publishing() as publishing:
        await following.append()
        await publishing.publish()
        await following.is_stream()
        hearing = asyncio.create_task(following.hears(61))
        for _ in range(20):
            await following.append()
            await following.follower.log.append([channel_created()], "demo")
            await publishing.publish()
            await following.append()
        await hearing


async def test_a_rewound_log_is_followed_from_its_own_stream(
    following: Following, admin: asyncpg.Connection
) -> None:
    follower = following.follower
    async with following.publishing() as publishing:
        await following.append(6)
        await publishing.publish()
        await following.is_stream()
        await following.hears(6)
        await admin.execute(LOSE_THE_END.format(3))
        await look_again(following.node)
        following.node.log.forget()
        await eventually(lambda: _has_changed(follower))
        for part in (follower.log, follower.wakeup, following.stream):
            part.forget()
        await _why(following, "it is of another log than Postgres has now")
        await following.append(2)
        await following.hears(5)
        await publishing.publish()
        await following.is_stream()
        await following.append(2)
        await publishing.publish()
        await following.hears(7)
        assert [each.event for each in await follower.log.read_all(after=0, limit=10)] == [
            each.event for each in await following.node.whole_log()
        ]


async def _has_changed(node: Node) -> bool:
    return bool(node.changes)


async def _why(following: Following, why: str) -> None:
    async def is_why() -> bool:
        return why in following.follower.source.why

    await eventually(is_why, within=30)


DOCUMENTED = re.compile(r"^    (subscribe|publish) +(.+)$", re.MULTILINE)


async def test_a_node_needs_no_more_of_nats_than_is_documented(
    node: Node, second_node: Node, nats_server: NatsServer, tmp_path: Path
) -> None:
    password = OUTPUTS.must_not_show("a canary among subjects")
    may = dict(DOCUMENTED.findall(Path("docs/operations.md").read_text()))
    permissions = {each: subjects.split(", ") for each, subjects in may.items()}
    node_user = {"user": "node", "password": password, "permissions": permissions}
    users = [node_user, {"user": "relay", "password": password}]
    configuration = tmp_path / "users.conf"
    configuration.write_text(json.dumps({"authorization": {"users": users}}))
    with running_nats(
        nats_server.program, tmp_path / "restricted", "-c", str(configuration)
    ) as nats:
        as_node, as_relay = (
            nats.url.replace("//", f"//{user}:{quote(password)}@") for user in ("node", "relay")
        )
        following = Following(node, second_node, nats, as_node)
        async with running(following.stream.run()), publisher(node, as_relay) as publishing:
            await following.append()
            await publishing.publish()
            await following.is_stream()
            # So much that the server asks on the way whether it is read.
            long = [channel_created(description="x" * 2_000) for _ in range(2_000)]
            await node.log.append(long, "demo")
            await publishing.publish()
            await following.hears(2_001)
            assert following.follower.source.position == 2_001
