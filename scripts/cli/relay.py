"""`kanal relay`: builds the parts of the relay, and runs them until it is told to stop."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import asyncpg
from prometheus_client import CollectorRegistry, start_http_server

from domain.errors import Invalid, Unavailable
from persistence.database.pool import Database
from persistence.database.replica import Replica
from persistence.database.session_settings import InvalidDatabaseUrl
from persistence.jetstream.credentials import NatsServers
from persistence.log.append_queue import AppendQueue
from persistence.log.fenced_reading import FencedReading
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.replica_check import ReplicaCheck
from persistence.log.stored_events import StoredEvents
from persistence.log.wakeup import Wakeup
from projections.relay.metrics import RelayMetrics
from projections.relay.relay import Relay
from scripts.cli.progress import progress
from scripts.service.stop_signals import STOP_SIGNALS

logger = logging.getLogger(__name__)

APPLICATION_NAME = "kanal relay"

SHOW_INTERVAL = 0.5
"""Seconds between two steps of the bar on a terminal."""


@dataclass(frozen=True, slots=True)
class MetricsPlace:
    """Where the metrics are served."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "MetricsPlace":
        """`9464`, `0.0.0.0:9464`, `[::]:9464`. Raises ValueError."""
        host, _, port = text.rpartition(":")
        if not port.isdecimal() or not port.isascii() or not 0 < int(port) < 65_536:
            raise ValueError("must be a port, or HOST:PORT")
        return cls(host.strip("[]") or "127.0.0.1", int(port))


async def relay_log(
    database_url: str,
    servers: NatsServers,
    *,
    replica_url: str | None,
    replicas: int,
    metrics: MetricsPlace | None,
) -> None:
    """Relay the log until SIGINT or SIGTERM. Raises Invalid, Conflict, Unavailable, OSError."""
    registry = CollectorRegistry()
    relay_metrics = RelayMetrics(registry)
    database = Database(database_url, application_name=APPLICATION_NAME, is_read_only=True)
    try:
        await database.open_to_read()
        wakeup = Wakeup(database)
        log = PostgresEventLog(AppendQueue(database), StoredEvents(database), create_mapper())
        async with _reading(database, replica_url, wakeup) as reading:
            relay = Relay(servers, reading, log, wakeup, relay_metrics, replicas=replicas)
            with _served(registry, metrics):
                await _until_stopped(relay, wakeup)
    finally:
        await database.close()


async def _until_stopped(relay: Relay, wakeup: Wakeup) -> None:
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, relay.stop)
    beside = [asyncio.create_task(_wake(wakeup)), asyncio.create_task(_show(relay))]
    try:
        await relay.run()
    except ValueError as error:  # of the files that are shown to NATS
        raise Invalid(f"KANAL_FEED_*: {error}") from None
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    logger.info("stopped; the stream has the log up to position %d", relay.position)


async def _wake(wakeup: Wakeup) -> None:
    try:
        await wakeup.run()
    except asyncpg.ReadOnlySQLTransactionError:
        # It cannot listen. Whoever follows the log then looks for itself.
        logger.info("the database is a standby: looking at it every second")


async def _show(relay: Relay) -> None:
    """A bar on a terminal; the log says elsewhere what there is to say."""
    if not sys.stderr.isatty():
        return
    with progress("relay") as update:
        while True:
            update(relay.position, relay.head)
            await asyncio.sleep(SHOW_INTERVAL)


@asynccontextmanager
async def _reading(
    database: Database, replica_url: str | None, wakeup: Wakeup
) -> AsyncIterator[FencedReading]:
    """The log, whose pages the replica answers for as far as it has come."""
    if replica_url is None:
        yield FencedReading(database)
        return
    check = ReplicaCheck(lambda: reading.lineage)
    replica = Replica(replica_url, database, check, head=lambda: wakeup.head)
    reading = FencedReading(database, replica)
    looking = None
    try:
        with suppress(Unavailable):
            await reading.place(0)
        await replica.look()
        looking = asyncio.create_task(replica.run())
        yield reading
    except InvalidDatabaseUrl as error:
        raise Invalid(f"KANAL_DATABASE_REPLICA_URL: {error}") from None
    finally:
        if looking is not None:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        await replica.close()


@contextmanager
def _served(registry: CollectorRegistry, place: MetricsPlace | None) -> Iterator[None]:
    if place is None:
        yield
        return
    server, thread = start_http_server(place.port, place.host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
