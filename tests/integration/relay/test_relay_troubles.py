"""The relay and what others do to its stream, or to its answers: it publishes nothing twice, loses
nothing, and says what it cannot mend."""

import asyncio
import logging
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import nats
import pytest
from nats.js.api import DiscardPolicy, RetentionPolicy

from domain.channel_fields import ChannelPatch
from domain.errors import Conflict, Unavailable
from domain.queries import ChannelRef
from persistence.jetstream.message import STORED, StreamMessage, encode
from persistence.jetstream.publishing import Interrupted, Publishing
from persistence.jetstream.subjects import all_subjects, stream_name
from persistence.log.logged_event import logged_event
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from projections.relay.messages import RelayMessages
from tests.faults.proxy import Proxy
from tests.integration.relay.test_relay import appended
from tests.support.background import eventually
from tests.support.creation import ALICE, asked_by, create
from tests.support.deaf import deaf_way
from tests.support.events import channel_created
from tests.support.nats_server import NatsServer, running_nats
from tests.support.node import Node, open_node
from tests.support.postgres import socket_path, through_port
from tests.support.relayed import RelayOfNode, has_all, relaying, streams_of


async def name_of(node: Node) -> str:
    return stream_name((await node.stored.lineage()).log_id)


async def test_a_database_that_is_away_in_the_middle_of_a_page_is_not_waited_for(
    database_url: str,
) -> None:
    """The relay may be to stop, and NATS may be away by then."""
    dial = partial(asyncio.open_unix_connection, socket_path(database_url))
    async with Proxy(dial) as way, open_node(through_port(database_url, way.port)) as node:
        made = (await create(node.commands, "general")).at.channel
        change = ChannelPatch(description="another")
        await node.commands.update_channel(asked_by(ALICE), ChannelRef("demo", made.id), change)
        log = PostgresEventLog(node.queue, StoredEvents(node.database), create_mapper())
        (*_, changed) = await StoredEvents(node.database).select_page(after=0, limit=10)
        assert node.epochs.lineage is not None
        of = RelayMessages(log, node.epochs.lineage, stream_log_id=node.epochs.lineage.log_id).of
        await way.cut()
        with pytest.raises(Unavailable):
            await of(changed)
        way.heal()


async def test_after_lost_answers_it_goes_on_behind_what_was_stored(
    nats_server: NatsServer, node: Node
) -> None:
    async with (
        deaf_way(nats_server.port) as way,
        relaying(node, f"nats://127.0.0.1:{way.port}") as relay,
    ):
        for count in (1, 100):
            await appended(node, count)
            await has_all(nats_server, node)
            way.is_deaf = True
            await appended(node, count)
            await has_all(nats_server, node)  # and the relay does not know
            assert relay.relay.position < await node.log.head()
            way.is_deaf = False
            await way.drop()
            await appended(node, count)
            await has_all(nats_server, node)


async def test_a_straggler_of_its_own_is_no_other_relay(
    nats_server: NatsServer, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    """What was on its way over the last connection arrives after the look at the stream's end."""
    caplog.set_level(logging.INFO)
    await appended(node, 1)
    async with relaying(node, nats_server.url) as relay:
        told = await has_all(nats_server, node)
        async with streams_of(nats_server) as streams:
            event = channel_created("late")
            stored = create_mapper().to_stored_event(event)
            row = (event.originator_id, 1, stored.topic, stored.state, 2, "demo")
            late = encode(logged_event(row), log_id=told.log, recorded_in=told.log, told=b"{}")
            headers = late.headers | {"Kanal-Relay": relay.relay.id}
            await streams.publish(late.subject, late.body, headers=headers)
        await node.log.append([event], "demo")
        await appended(node, 3)

        async def is_going_on() -> bool:
            return "going on from the end of the stream" in caplog.text

        await eventually(is_going_on, within=30)
        assert "standing by" not in caplog.text
        assert relay.metric("interrupted_total", why="conflict") == 1


async def test_nothing_can_be_purged_or_deleted(nats_server: NatsServer, node: Node) -> None:
    await appended(node, 3)
    async with relaying(node, nats_server.url), streams_of(nats_server) as streams:
        told = await has_all(nats_server, node)
        with pytest.raises(nats.js.errors.APIError):
            await streams.purge_stream(told.stream)
        with pytest.raises(nats.js.errors.APIError):
            await streams.delete_msg(told.stream, 2)


async def test_a_stream_that_is_removed_is_published_anew(
    nats_server: NatsServer, node: Node
) -> None:
    await appended(node, 3)
    async with relaying(node, nats_server.url), streams_of(nats_server) as streams:
        told = await has_all(nats_server, node)
        await streams.delete_stream(told.stream)
        await appended(node, 3)
        await has_all(nats_server, node)


UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "of other subjects": ({"subjects": ["orders.>"]}, "is of orders.>, not of kanal."),
    "a queue": ({"retention": RetentionPolicy.WORK_QUEUE}, "has the retention workqueue"),
    "for a day": ({"max_age": 86_400}, "discards old messages"),
    "for a number": ({"max_msgs": 1_000}, "discards old messages"),
    "sealed": ({"sealed": True}, "is sealed"),
}


@pytest.mark.parametrize(("config", "said"), UNFIT.values(), ids=UNFIT)
async def test_a_stream_that_would_lose_positions_is_refused(
    nats_server: NatsServer, node: Node, config: dict[str, Any], said: str
) -> None:
    name = await name_of(node)
    made = {key: value for key, value in config.items() if key != "sealed"}
    async with streams_of(nats_server) as streams:
        subjects = [all_subjects(name.removeprefix("KANAL-"))]
        info = await streams.add_stream(**{"name": name, "subjects": subjects} | made)
        if made != config:
            await streams.update_stream(info.config, sealed=True)
    with pytest.raises(Conflict, match=said):
        await RelayOfNode(node, nats_server.url).relay.run()


async def test_a_stream_with_a_message_of_somebody_else_is_refused(
    nats_server: NatsServer, node: Node
) -> None:
    await appended(node, 3)
    async with relaying(node, nats_server.url), streams_of(nats_server) as streams:
        told = await has_all(nats_server, node)
    async with streams_of(nats_server) as streams:
        await streams.publish(f"kanal.{told.log}.demo.channel.created", b"{}")
    await appended(node, 3)
    with pytest.raises(Conflict, match=r"has at 4 what is not in the log.*nats stream rm"):
        await RelayOfNode(node, nats_server.url).relay.run()


async def test_a_stream_with_another_event_of_the_same_id_is_refused(
    nats_server: NatsServer, database_url: str, admin: asyncpg.Connection
) -> None:
    """A log that was put back and written to, while no node looked whether it was."""
    async with open_node(database_url) as node:
        await appended(node, 3)
        async with relaying(node, nats_server.url):
            await has_all(nats_server, node)
    await admin.execute(
        "UPDATE stored_events SET originator_id = gen_random_uuid() WHERE notification_id = 3"
    )
    async with open_node(database_url, serves=False) as reader:
        with pytest.raises(Conflict, match=r"has at 3 what is not in the log: the event .*:3"):
            await RelayOfNode(reader, nats_server.url).relay.run()


async def test_a_purged_stream_is_not_gone_on_with(nats_server: NatsServer, node: Node) -> None:
    """One that somebody has made, who may purge it."""
    name = await name_of(node)
    async with streams_of(nats_server) as streams:
        subjects = [all_subjects(name.removeprefix("KANAL-"))]
        await streams.add_stream(name=name, subjects=subjects)
        await appended(node, 3)
        async with relaying(node, nats_server.url):
            await has_all(nats_server, node)
        await streams.purge_stream(name)
    with pytest.raises(Conflict, match="has lost 3 of its messages: it was purged"):
        await RelayOfNode(node, nats_server.url).relay.run()


async def test_what_expects_another_end_than_the_stream_has_is_not_stored(
    nats_server: NatsServer,
) -> None:
    async with streams_of(nats_server) as streams:
        await streams.add_stream(name="S", subjects=["s.*"])
        publishing = Publishing(streams._nc, "relay", after=1)
        await publishing.open()
        await publishing.publish(StreamMessage("s.a", {STORED: ""}, b""))
        with pytest.raises(Interrupted) as interrupted:
            await publishing.finish()
        assert interrupted.value.kind == "conflict"
        assert (await streams.stream_info("S")).state.messages == 0


async def test_no_more_is_in_flight_than_may_be(nats_server: NatsServer) -> None:
    async with streams_of(nats_server) as streams:
        await streams.add_stream(name="S", subjects=["s.*"])
        publishing = Publishing(streams._nc, "relay", after=0, most=3)
        await publishing.open()
        for _ in range(20):
            await publishing.publish(StreamMessage("s.a", {STORED: ""}, b""))
            assert publishing.sent - publishing.acknowledged <= 3
        await publishing.finish()
        assert publishing.acknowledged == 20


async def test_what_is_said_to_be_a_duplicate_is_not_taken_for_stored(
    nats_server: NatsServer,
) -> None:
    """A purged stream remembers ids, and says "duplicate" to what it does not have."""
    async with streams_of(nats_server) as streams:
        await streams.add_stream(name="S", subjects=["s.*"])
        await streams.publish("s.a", headers={"Nats-Msg-Id": "log:2"})
        await streams.purge_stream("S")
        publishing = Publishing(streams._nc, "relay", after=1)
        await publishing.open()
        headers = {"Nats-Msg-Id": "log:2", STORED: ""}
        await publishing.publish(StreamMessage("s.a", headers, b""))
        with pytest.raises(Interrupted, match="position 2 is said to be there already"):
            await publishing.finish()
        assert publishing.acknowledged == 1
        assert (await streams.stream_info("S")).state.messages == 0


async def test_a_message_that_the_server_would_not_take_is_named(
    nats_server: NatsServer, node: Node, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("small")
    (directory / "nats.conf").write_text("max_payload: 1024\n")
    options = ("-c", str(directory / "nats.conf"))
    with running_nats(nats_server.program, directory / "js", *options) as small:
        await appended(node, 3)
        with pytest.raises(Conflict, match=r"position 1 is .* max_payload is 1,024: raise it"):
            await RelayOfNode(node, small.url).relay.run()


async def test_where_the_server_makes_no_second_stream_it_says_so(
    nats_server: NatsServer, node: Node, tmp_path: Path
) -> None:
    configuration = tmp_path / "one.conf"
    users = 'users: [{user: "relay", password: "not told to anybody"}]'
    configuration.write_text(
        f"accounts {{ A {{ jetstream: {{max_streams: 1}}, {users} }} }}\nno_auth_user: relay\n"
    )
    options = ("-c", str(configuration))
    with (
        running_nats(nats_server.program, tmp_path / "one", *options) as server,
        pytest.raises(Conflict, match="makes no stream KANAL-LOGS: maximum number of streams"),
    ):
        await RelayOfNode(node, server.url).relay.run()


async def test_a_full_stream_is_waited_for_and_said_once(
    nats_server: NatsServer, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    name = await name_of(node)
    async with streams_of(nats_server) as streams:
        subjects = [all_subjects(name.removeprefix("KANAL-"))]
        limits: dict[str, Any] = {"max_bytes": 20_000, "discard": DiscardPolicy.NEW}
        info = await streams.add_stream(name=name, subjects=subjects, **limits)
        await appended(node, 100)
        async with relaying(node, nats_server.url) as relay:

            async def has_tried_thrice() -> bool:
                return relay.metric("interrupted_total", why="refusal") >= 3

            await eventually(has_tried_thrice)
            assert not relay.metric("publishing")
            assert caplog.text.count(f"{name} takes no more: maximum bytes exceeded") == 1
            assert caplog.text.count(f"publishes to {name}") == 1
            await streams.update_stream(info.config, max_bytes=-1)
            await has_all(nats_server, node)

            async def is_publishing() -> bool:
                return bool(relay.metric("publishing"))

            await eventually(is_publishing)
