"""The relay: its stream has every position of the log once, at its place, whatever goes wrong."""

import asyncio
from uuid import uuid4

import pytest
from nats.js.errors import APIError

from domain.actor import Actor, Cause, Role
from domain.channel_fields import ChannelPatch, NewChannel
from domain.queries import ChannelRef
from persistence.jetstream.logs import CurrentLog
from persistence.jetstream.subjects import stream_name
from tests.support.background import eventually
from tests.support.events import channel_created
from tests.support.nats_server import NatsServer
from tests.support.node import Node, open_node
from tests.support.relayed import (
    RelayOfNode,
    another_stream,
    has_all,
    messages,
    relaying,
    streams_of,
    told_of,
)
from tests.support.rewinding import LOSE_THE_END, PROMOTE, look_again


def cause(workspace: str) -> Cause:
    return Cause(Actor("alice", {workspace: Role.ADMIN}), "test")


async def a_life(node: Node, workspace: str = "demo") -> None:
    """A channel that is created, changed and deleted, with what goes with it."""
    by, new = cause(workspace), NewChannel(name="gen eral", is_private=True)
    made = await node.commands.create_channel(by, workspace, new)
    ref = ChannelRef(workspace, made.at.channel.id)
    await node.commands.update_channel(by, ref, ChannelPatch(description="tää\n"))
    await node.commands.add_member(by, ref, "bøb")
    await node.commands.remove_member(by, ref, "bøb")
    await node.commands.delete_channel(by, ref)


async def appended(node: Node, count: int) -> None:
    await node.log.append([channel_created(f"channel {number}") for number in range(count)], "demo")


async def test_every_position_is_a_message_with_all_that_is_known_of_it(
    nats_server: NatsServer, node: Node
) -> None:
    await a_life(node)
    async with relaying(node, nats_server.url):
        await has_all(nats_server, node)
        for workspace in ("a.b", "*", ">", "a b", "é😀", "%2E", "@", "x" * 128, "😀" * 128):
            await a_life(node, workspace)
        await node.log.append([channel_created(workspace="no")], None)
        await has_all(nats_server, node)


async def test_it_goes_on_where_the_stream_ends(nats_server: NatsServer, node: Node) -> None:
    for _ in range(3):
        await appended(node, 40)
        async with relaying(node, nats_server.url) as relay:
            await has_all(nats_server, node)
        assert relay.metric("published_total") == 40


async def test_it_outlives_servers_that_are_killed(nats_server: NatsServer, node: Node) -> None:
    async with relaying(node, nats_server.url) as relay:
        for _ in range(3):
            await appended(node, 1_500)
            before = relay.relay.position

            async def is_at_it(before: int = before) -> bool:
                return relay.relay.position > before

            await eventually(is_at_it)
            await asyncio.to_thread(nats_server.kill)
            await asyncio.to_thread(nats_server.start)
        await has_all(nats_server, node)


async def one_stands_by(
    server: NatsServer, node: Node, relays: list[RelayOfNode], caplog: pytest.LogCaptureFixture
) -> tuple[CurrentLog, RelayOfNode]:
    """Append until one of two relays stands by; answers the stream, and the one that publishes."""

    async def is_one_standing_by() -> bool:
        await appended(node, 50)
        return "standing by: the relay" in caplog.text

    await eventually(is_one_standing_by, within=30)
    told = await has_all(server, node)

    async def publishing() -> RelayOfNode | None:
        found = [each for each in relays if each.metric("publishing")]
        return found[0] if len(found) == 1 else None

    active = await eventually(publishing)
    assert active is not None
    return told, active


async def test_of_two_relays_one_stands_by_and_takes_over(
    nats_server: NatsServer, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    async with relaying(node, nats_server.url) as one, relaying(node, nats_server.url) as other:
        _, active = await one_stands_by(nats_server, node, [one, other], caplog)
        active.relay.stop()
        await appended(node, 50)
        await has_all(nats_server, node)
        assert "taking over" in caplog.text


async def test_a_log_that_only_gets_longer_keeps_its_stream_in_another_epoch(
    nats_server: NatsServer, node: Node, database_url: str
) -> None:
    await appended(node, 3)
    async with relaying(node, nats_server.url):
        before = await has_all(nats_server, node)
        async with node.database.acquire() as connection:
            await connection.execute(PROMOTE)
        async with open_node(database_url) as later:
            await appended(later, 3)
            after = await has_all(nats_server, later)
        assert after.stream == before.stream
        assert after.log != before.log

        async def is_told() -> bool:
            async with streams_of(nats_server) as streams:
                told = await told_of(streams, node)
                return told is not None and told.log == (await node.stored.lineage()).log_id

        await eventually(is_told)


@pytest.mark.parametrize("then", [0, 2], ids=["at rest", "appended to"])
async def test_a_rewound_log_begins_another_stream_and_seals_the_one_before(
    nats_server: NatsServer, node: Node, then: int
) -> None:
    await appended(node, 10)
    async with relaying(node, nats_server.url):
        before = await has_all(nats_server, node)
        async with node.database.acquire() as connection:
            await connection.execute(LOSE_THE_END.format(7))
        await look_again(node)
        if then:
            await appended(node, then)
        await another_stream(nats_server, node, before.stream)
        after = await has_all(nats_server, node)
    assert (after.before, after.shared) == (before.stream, 7)
    assert after.stream == stream_name(after.log)
    async with streams_of(nats_server) as streams:
        assert (await streams.stream_info(before.stream)).config.sealed
        assert len(await messages(streams, before.stream)) == 10
        with pytest.raises(APIError):
            await streams.publish(f"kanal.{before.log}.demo.x", b"late")


async def test_a_relay_that_stands_by_begins_the_stream_of_a_rewound_log_where_the_other_is_gone(
    nats_server: NatsServer, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    """The log is shorter then than the stream that it stands by at."""
    async with relaying(node, nats_server.url) as one, relaying(node, nats_server.url) as other:
        before, active = await one_stands_by(nats_server, node, [one, other], caplog)
        active.relay.stop()

        async def has_stopped() -> bool:
            return not active.metric("publishing")

        await eventually(has_stopped)
        async with node.database.acquire() as connection:
            await connection.execute(LOSE_THE_END.format(7))
        await look_again(node)
        await another_stream(nats_server, node, before.stream)
        await has_all(nats_server, node)


async def test_a_log_that_is_behind_its_stream_is_waited_for(
    nats_server: NatsServer, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    await appended(node, 5)
    async with relaying(node, nats_server.url):
        await has_all(nats_server, node)
    async with node.database.acquire() as connection:
        await connection.execute("CREATE TABLE kept AS SELECT * FROM stored_events")
        await connection.execute(LOSE_THE_END.format(3))
    async with relaying(node, nats_server.url):

        async def is_waiting() -> bool:
            return "the log is at 3, and its stream at 5: waiting for it" in caplog.text

        await eventually(is_waiting)
        async with node.database.acquire() as connection:
            await connection.execute(
                "INSERT INTO stored_events SELECT * FROM kept WHERE notification_id > 3;"
                "UPDATE log_head SET position = 5"
            )
        await appended(node, 1)
        await has_all(nats_server, node)


async def test_an_older_copy_of_the_log_is_not_published(
    nats_server: NatsServer, node: Node, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A relay that is left at the old primary, say, after a failover."""
    await appended(node, 5)
    async with relaying(node, nats_server.url):
        await has_all(nats_server, node)
        async with node.database.acquire() as connection:
            await connection.execute("CREATE TABLE kept AS SELECT * FROM log_epochs")
            await connection.execute(LOSE_THE_END.format(3))
        await look_again(node)
        await appended(node, 4)
        told = await has_all(nats_server, node)
    async with node.database.acquire() as connection:
        await connection.execute(
            "TRUNCATE log_epochs; INSERT INTO log_epochs SELECT * FROM kept;"
            "UPDATE log_head SET log_id = (SELECT id FROM log_epochs)"
        )
    async with open_node(database_url, serves=False) as old, relaying(old, nats_server.url):

        async def is_waiting() -> bool:
            return f"the log goes on as {told.log}, and is here as it was before" in caplog.text

        await eventually(is_waiting)


async def test_ids_that_look_like_streams_of_others_are_their_own(
    nats_server: NatsServer, database_url: str, node: Node
) -> None:
    """Several logs share a cluster."""
    async with streams_of(nats_server) as streams:
        await streams.add_stream(name=f"KANAL-{uuid4()}", subjects=[f"kanal.{uuid4()}.>"])
        async with relaying(node, nats_server.url):
            await appended(node, 2)
            await has_all(nats_server, node)
