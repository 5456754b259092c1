"""The row `rebuild`: the channel list from a log of a million events."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import psutil
import uvloop
from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from benchmarks.long_log import EVENTS_OF_A_CHANNEL, copy_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import postgres_environment
from domain.channel import ChannelCreated
from projections.channel_list.projection import ChannelListProjection
from projections.running.rebuild import PAGE_SIZE, rebuild
from scripts.cli.command import run
from scripts.cli.open_log import open_log
from tests.support.postgres import create_database

EVENTS = 1_000_000
SHORT = 10_000


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    long, short = create_database(server_url), create_database(server_url)
    uvloop.run(copy_channels(long, int(EVENTS * plan.scale) // EVENTS_OF_A_CHANNEL))
    uvloop.run(copy_channels(short, SHORT // EVENTS_OF_A_CHANNEL))
    numbers = count()
    yield [
        Contender("Kanal", "ours", partial(_rebuild_trial, long)),
        Contender(f"Kanal, {SHORT:,} events", "floor", partial(_rebuild_trial, short)),
        Contender("ProjectionRunner", "peer", partial(_runner_trial, long, numbers)),
        Contender("read and COPY", "floor", partial(_bare_trial, long), 0.8),
    ]


def _rebuild_trial(url: str, plan: Plan) -> Sample:
    rates: list[float] = []
    most = 0

    async def trial() -> None:
        nonlocal most
        async with open_log(url) as opened:
            process = psutil.Process()
            # A short log again and again: a trial of milliseconds says nothing.
            ends = time.perf_counter() + plan.seconds
            while not rates or time.perf_counter() < ends:
                began, head = time.perf_counter(), 0
                async for progress in rebuild(opened.database, opened.log, ChannelListProjection()):
                    head = progress.head
                    most = max(most, process.memory_info().rss)
                rates.append(head / (time.perf_counter() - began))

    run(trial())
    return Sample(sum(rates) / len(rates), {"most MiB": most / 2**20})


def _bare_trial(url: str, _: Plan) -> Sample:
    """The floor: the log read in pages, and as many rows copied into a table without an index."""

    async def trial() -> Sample:
        reader, writer = await asyncpg.connect(url), await asyncpg.connect(url)
        await writer.execute(_BARE_TABLE)
        began, position = time.perf_counter(), 0
        while page := await reader.fetch(_BARE_PAGE, position, PAGE_SIZE):
            position = page[-1]["notification_id"]
            await writer.copy_records_to_table("bare", records=page)
        rate = position / (time.perf_counter() - began)
        await reader.close()
        await writer.close()
        return Sample(rate, _memory())

    return uvloop.run(trial())


class _Log(Application[UUID]):
    name = "stored"  # the table is `stored_events`, which is ours


class _View(PostgresTrackingRecorder):
    """The read model as eventsourcing's documents write one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sql_create_statements.append(SQL(_VIEW_TABLE))

    def insert(self, event: ChannelCreated, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                _VIEW_INSERT,
                (
                    event.originator_id,
                    event.workspace_id,
                    event.name,
                    event.description,
                    event.is_private,
                    event.actor_id,
                    event.timestamp,
                ),
            )
            self._insert_tracking(cursor, tracking)

    def skip(self, tracking: Tracking) -> None:
        self.insert_tracking(tracking)


class _Channels(Projection[_View]):
    name = ""
    topics = ()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, ChannelCreated):
            self.view.insert(domain_event, tracking)
        else:
            self.view.skip(tracking)


def _runner_trial(url: str, numbers: "count[int]", plan: Plan) -> Sample:
    """eventsourcing's own ProjectionRunner from the first event on, for the time of a trial."""
    number = next(numbers)
    projection: Any = type("Channels", (_Channels,), {"name": f"channels_{number}"})
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        **postgres_environment(url),
    }
    runner = ProjectionRunner(
        application_class=_Log,
        projection_class=projection,
        view_class=_View,
        env=settings,
    )
    with runner:
        began, first = time.perf_counter(), _reached(runner.view)
        while time.perf_counter() < began + max(plan.seconds, 1):
            time.sleep(0.01)
        rate = (_reached(runner.view) - first) / (time.perf_counter() - began)
    runner.view.datastore.close()
    return Sample(rate, _memory())


def _reached(view: _View) -> int:
    return view.max_tracking_id(_Log.name) or 0


def _memory() -> dict[str, float]:
    return {"most MiB": psutil.Process(os.getpid()).memory_info().rss / 2**20}


_BARE_TABLE = (
    "DROP TABLE IF EXISTS bare; CREATE TABLE bare (originator_id uuid, originator_version bigint,"
    " topic text, state bytea, notification_id bigint, workspace_id text)"
)
_BARE_PAGE = (
    "SELECT originator_id, originator_version, topic, state, notification_id, workspace_id"
    " FROM stored_events WHERE notification_id > $1 ORDER BY notification_id LIMIT $2"
)
_VIEW_TABLE = """
CREATE TABLE IF NOT EXISTS channels_view (
    channel_id uuid, workspace_id text, name text, description text, is_private boolean,
    creator_id text, created_at timestamptz)
"""
_VIEW_INSERT = "INSERT INTO channels_view VALUES (%s, %s, %s, %s, %s, %s, %s)"

ROW = Row(
    name="rebuild",
    title="A read model rebuilt",
    unit="events of the log a second",
    about=f"The channel list from a log of {EVENTS:,} events, two a channel, beside the live"
    f" one, as `kanal replay` does it; and from one of {SHORT:,}. The peer is eventsourcing's"
    " ProjectionRunner on the same log, with a view that inserts a row a channel in the transaction"
    " of its tracking; it is measured from the first event on, for as long as a trial takes. The"
    " floor reads the same rows and copies as many into a table without an index.",
    findings="Python and Postgres take about as much CPU by now, and work at the same time, but for"
    " the indexes at the end. Of Python's, two fifths decode events, a quarter is asyncpg's COPY,"
    " and the rest reads them and gathers what they do. Of Postgres', half keeps the model's keys,"
    " by which updates and deletions find their rows. What did not pay: pages of 2,000 and of 4,000"
    " events, and a second page read ahead.",
    contenders=_contenders,
    rounds=2,
    beyond=2,
)
