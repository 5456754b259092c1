"""A relay in the test's own process, and what its stream holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import nats
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from prometheus_client import CollectorRegistry

from persistence.jetstream.credentials import NatsServers
from persistence.jetstream.logs import CurrentLog, current_log
from persistence.jetstream.message import decode
from persistence.log.fenced_reading import FencedReading
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from projections.relay.messages import RelayMessages
from projections.relay.metrics import RelayMetrics
from projections.relay.relay import Relay
from tests.support.background import eventually, running
from tests.support.nats_server import NatsServer
from tests.support.node import Node

PATIENCE = 60.0
"""Seconds, for what waits for processes that come back."""


class RelayOfNode:
    """A relay of what a node appends; it reads through the node's connections."""

    def __init__(self, node: Node, url: str) -> None:
        self.registry = CollectorRegistry()
        log = PostgresEventLog(node.queue, StoredEvents(node.database), create_mapper())
        self.relay = Relay(
            NatsServers(url),
            FencedReading(node.database),
            log,
            node.wakeup,
            RelayMetrics(self.registry),
        )

    def metric(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(f"kanal_relay_{name}", labels) or 0.0


@asynccontextmanager
async def relaying(node: Node, url: str) -> AsyncIterator[RelayOfNode]:
    """Relay until the block ends."""
    relay = RelayOfNode(node, url)
    async with running(relay.relay.run()) as (task,):
        yield relay
        relay.relay.stop()
        await task


@asynccontextmanager
async def streams_of(server: NatsServer) -> AsyncIterator[JetStreamContext]:
    shown = NatsServers(server.url, server.credentials).options(lambda: True)
    client = await nats.connect(server.url, **shown)
    try:
        yield client.jetstream()
    finally:
        await client.close()


async def told_of(streams: JetStreamContext, node: Node) -> CurrentLog | None:
    """What KANAL-LOGS says of the node's log."""
    lineage = await node.stored.lineage()
    found = await current_log(streams, str(lineage.epochs[0].id))
    return found[0] if found is not None else None


async def another_stream(server: NatsServer, node: Node, before: str) -> CurrentLog:
    """Wait until the log goes on in another stream than that, and answer what is told of it."""

    async def has_begun() -> CurrentLog | None:
        async with streams_of(server) as streams:
            told = await told_of(streams, node)
            return told if told is not None and told.stream != before else None

    told = await eventually(has_begun, within=PATIENCE)
    assert told is not None
    return told


async def messages(streams: JetStreamContext, stream: str) -> list[RawStreamMsg]:
    """All of a stream, in order, whatever its first sequence is."""
    state = (await streams.stream_info(stream)).state
    numbers = range(max(state.first_seq, 1), state.last_seq + 1)
    return [await streams.get_msg(stream, seq=number) for number in numbers]


async def has_all(server: NatsServer, node: Node, *, within: float = PATIENCE) -> CurrentLog:
    """Wait until the stream of the log is as long as the log, and hold each message against it."""
    head = await node.log.head()

    async def is_level() -> CurrentLog | None:
        async with streams_of(server) as streams:
            with suppress(NatsError):  # it is being made, or a cluster chooses who leads it
                told = await told_of(streams, node)
                if told and (await streams.stream_info(told.stream)).state.last_seq >= head:
                    return told
        return None

    told = await eventually(is_level, within=within)
    assert told is not None
    async with streams_of(server) as streams:
        await assert_is_the_log(streams, told, node)
    return told


async def assert_is_the_log(streams: JetStreamContext, told: CurrentLog, node: Node) -> None:
    """Hold each message of a stream against the log: none is missing, none is twice."""
    lineage = await node.stored.lineage()
    stored = await node.stored.select_page(after=0, limit=1_000_000)
    found = await messages(streams, told.stream)
    assert len(found) == len(stored)
    log = PostgresEventLog(node.queue, StoredEvents(node.database), create_mapper())
    expected = RelayMessages(log, lineage, stream_log_id=told.stream.removeprefix("KANAL-"))
    for event, message in zip(stored, found, strict=True):
        assert message.subject is not None and message.seq is not None
        assert decode(message.subject, message.headers, message.seq) == event
        wanted = await expected.of(event)
        assert (message.subject, message.data or b"") == (wanted.subject, wanted.body)
        assert (message.headers or {}).items() >= wanted.headers.items()
