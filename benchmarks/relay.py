"""The row `relay`: the log into a stream of NATS JetStream, beside nats-py with the same bytes."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import asyncpg
import nats
import psutil
import uvloop
from nats.js.api import DiscardPolicy, StreamConfig
from packaging.version import Version
from prometheus_client import CollectorRegistry

from benchmarks import cores
from benchmarks.long_log import EVENTS_OF_A_CHANNEL, copy_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from persistence.database.pool import Database
from persistence.jetstream.credentials import NatsServers
from persistence.jetstream.log_stream import DUPLICATE_WINDOW
from persistence.jetstream.message import StreamMessage
from persistence.jetstream.publishing import IN_FLIGHT
from persistence.log.append_queue import AppendQueue
from persistence.log.fenced_reading import FencedReading
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from persistence.log.wakeup import Wakeup
from projections.relay.messages import RelayMessages
from projections.relay.metrics import RelayMetrics
from projections.relay.relay import Relay
from tests.support.nats_server import programs, running_nats
from tests.support.postgres import create_database

EVENTS = 40_000


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    events = max(1_000, int(EVENTS * plan.scale))
    url = create_database(server_url)
    uvloop.run(copy_channels(url, events // EVENTS_OF_A_CHANNEL))
    newest = max(programs(), key=Version)
    with (
        tempfile.TemporaryDirectory() as folder,
        cores.pinned(cores.LOAD),
        running_nats(programs()[newest], Path(folder)) as server,
    ):
        yield [
            Contender("Kanal", "ours", partial(_relay, url, server.url, events)),
            Contender("nats-py", "floor", partial(_bare, url, server.url, events), 0.7),
        ]


def _relay(url: str, nats_url: str, events: int, _: Plan) -> Sample:
    """`kanal relay` into a stream that is not there yet, until it has all."""

    async def trial() -> Sample:
        await _new_log(url)
        database = Database(url, is_read_only=True)
        await database.open_to_read()
        wakeup = Wakeup(database)
        log = PostgresEventLog(AppendQueue(database), StoredEvents(database), create_mapper())
        metrics = RelayMetrics(CollectorRegistry())
        relay = Relay(NatsServers(nats_url), FencedReading(database), log, wakeup, metrics)
        began, busy = time.perf_counter(), time.process_time()
        running = asyncio.create_task(relay.run())
        while relay.position < events:
            await asyncio.sleep(0.005)
        took, busy = time.perf_counter() - began, time.process_time() - busy
        relay.stop()
        await running
        await database.close()
        await _remove_streams(nats_url)
        return Sample(events / took, {"CPU µs each": busy / events * 1e6, "MiB": _memory()})

    with cores.pinned(cores.SERVER):
        return uvloop.run(trial())


def _bare(url: str, nats_url: str, events: int, _: Plan) -> Sample:
    """The same messages, made before, by `publish_async`, as many in flight."""

    async def trial() -> Sample:
        messages = await _messages(url)
        client = await nats.connect(nats_url)
        streams = client.jetstream(publish_async_max_pending=IN_FLIGHT)
        config = StreamConfig(
            name="bare",
            subjects=["kanal.bare.>"],
            discard=DiscardPolicy.NEW,
            duplicate_window=DUPLICATE_WINDOW,
        )
        await streams.add_stream(config)
        began, busy = time.perf_counter(), time.process_time()
        for number, message in enumerate(messages):
            message.headers["Nats-Expected-Last-Sequence"] = str(number)
            await streams.publish_async(message.subject, message.body, headers=message.headers)
        await streams.publish_async_completed()
        took, busy = time.perf_counter() - began, time.process_time() - busy
        assert (await streams.stream_info("bare")).state.last_seq == events
        await client.close()
        await _remove_streams(nats_url)
        return Sample(events / took, {"CPU µs each": busy / events * 1e6, "MiB": _memory()})

    with cores.pinned(cores.SERVER):
        return uvloop.run(trial())


async def _messages(url: str) -> list[StreamMessage]:
    database = Database(url, is_read_only=True)
    await database.open_to_read()
    stored = StoredEvents(database)
    log = PostgresEventLog(AppendQueue(database), stored, create_mapper())
    made = RelayMessages(log, await stored.lineage(), stream_log_id="bare")
    messages = []
    for event in await stored.select_page(after=0, limit=EVENTS):
        message = await made.of(event)
        message.headers["Kanal-Relay"] = "00000000"
        messages.append(message)
    await database.close()
    return messages


async def _new_log(url: str) -> None:
    """Give the log another id, as if it had never been published."""
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE log_epochs SET id = $1", log_id := uuid4())
    await connection.execute("UPDATE log_head SET log_id = $1", log_id)
    await connection.close()


async def _remove_streams(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    streams = client.jetstream()
    for each in await streams.streams_info():
        if each.config.name is not None:
            await streams.delete_stream(each.config.name)
    await client.close()


def _memory() -> float:
    return psutil.Process().memory_info().rss / 2**20


ROW = Row(
    name="relay",
    title="The log into NATS JetStream",
    unit="events of the log a second",
    about=f"`kanal relay` from the first of {EVENTS:,} events on, two a channel: read,"
    f" made CloudEvents of, published with at most {IN_FLIGHT} in flight, each fenced by its"
    " sequence. The floor is nats-py, which publishes the same messages, made before, by"
    " `publish_async` with as many in flight. The server and Postgres have the other core.",
    contenders=_contenders,
    rounds=3,
)
