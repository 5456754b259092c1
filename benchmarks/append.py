"""The row `append`: commands appended to the log by many callers at once, without HTTP."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from uuid import uuid4

import asyncpg
import uvloop
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import postgres_environment
from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from tests.support.postgres import create_database

CALLERS = 64

_STATE = b'{"timestamp":{"_type_":"datetime_iso","_data_":"2026-01-31T10:28:19.123456+00:00"}}' * 3


def _event() -> StoredEvent:
    return StoredEvent(uuid4(), 1, "channel.created", _STATE)


@contextmanager
def _contenders(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    ours, floor = create_database(server_url), create_database(server_url)
    yield [
        Contender("Kanal", "ours", partial(_queue_trial, ours)),
        Contender("recorder", "peer", partial(_recorder_trial, create_database(server_url)), 50),
        Contender("bare insert", "floor", partial(_bare_trial, floor), 0.75),
    ]


def _queue_trial(url: str, plan: Plan) -> Sample:
    async def trial() -> Sample:
        database = Database(url)
        await database.open()
        queue = AppendQueue(database)
        running = asyncio.create_task(queue.run())
        try:
            return await _callers(lambda: queue.append([_event()], "bench"), plan)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await database.close()

    return uvloop.run(trial())


def _bare_trial(url: str, plan: Plan) -> Sample:
    """The floor: as many rows in batches of the same size, inserted and nothing else."""

    async def trial() -> Sample:
        connection = await asyncpg.connect(url)
        await connection.execute(_BARE_TABLE)
        positions = count(int(await connection.fetchval(_BARE_HEAD)) + 1)
        inserted = 0

        async def insert() -> None:
            nonlocal inserted
            events = [_event() for _ in range(CALLERS)]
            await connection.execute(
                _BARE_INSERT,
                [event.originator_id for event in events],
                [event.originator_version for event in events],
                [event.topic for event in events],
                [event.state for event in events],
                [next(positions) for _ in events],
            )
            inserted += CALLERS

        ends = time.perf_counter() + plan.warm_up
        while time.perf_counter() < ends:
            await insert()
        inserted, began = 0, time.perf_counter()
        while time.perf_counter() < began + plan.seconds:
            await insert()
        rate = inserted / (time.perf_counter() - began)
        await connection.close()
        return Sample(rate)

    return uvloop.run(trial())


def _recorder_trial(url: str, plan: Plan) -> Sample:
    """eventsourcing's own recorder, called from as many threads."""
    settings = postgres_environment(url)
    with PostgresDatastore(
        dbname=settings["POSTGRES_DBNAME"],
        host=settings["POSTGRES_HOST"],
        port=settings["POSTGRES_PORT"],
        user=settings["POSTGRES_USER"],
        password=settings["POSTGRES_PASSWORD"],
    ) as datastore:
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()
        began = time.perf_counter() + plan.warm_up
        ends = began + plan.seconds
        counts = [0] * CALLERS

        def call(number: int) -> None:
            while time.perf_counter() < ends:
                recorder.insert_events([_event()])
                if began <= time.perf_counter() < ends:
                    counts[number] += 1

        threads = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return Sample(sum(counts) / plan.seconds)


async def _callers(append: Callable[[], Awaitable[object]], plan: Plan) -> Sample:
    began = time.perf_counter() + plan.warm_up
    ends = began + plan.seconds
    appended = 0

    async def call() -> None:
        nonlocal appended
        while time.perf_counter() < ends:
            await append()
            if began <= time.perf_counter() < ends:
                appended += 1

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    return Sample(appended / plan.seconds)


_BARE_TABLE = """
CREATE TABLE IF NOT EXISTS stored_events (
    originator_id uuid NOT NULL, originator_version bigint NOT NULL, topic text, state bytea,
    notification_id bigint NOT NULL, PRIMARY KEY (originator_id, originator_version));
CREATE UNIQUE INDEX IF NOT EXISTS stored_events_notification_id_idx
    ON stored_events (notification_id);
"""
_BARE_HEAD = "SELECT coalesce(max(notification_id), 0) FROM stored_events"
_BARE_INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)"
    " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[], $5::bigint[])"
)

ROW = Row(
    name="append",
    title="Commands appended to the log",
    unit="commands a second",
    about=f"{CALLERS} callers at once, one event a command, durable; the peer is eventsourcing's"
    " PostgresApplicationRecorder called from as many threads, the floor inserts the same rows in"
    f" batches of {CALLERS} and gives out no positions.",
    findings="A command takes about 15 µs of Python: its future, its place in the queue, its part"
    " of the arrays; a row of the floor takes half of that. The rest is Postgres', which takes"
    " a quarter more for a batch than for the floor's: it moves the head, guards against a"
    " version that is taken, keeps a third index and notifies, each 2 to 4%. What paid: a"
    " timer in the place of a timeout for each command (5 µs), a plain class for it (1 µs)."
    " Looked at: no timer at all (8%, and a command would wait for ever), no loop in the"
    " function (2%), and two batches on their way (half as large, so twice the waits for the"
    " disk). The recorder waits for the disk once for each command, so the ratio to it moves"
    " with the disk.",
    contenders=_contenders,
)
