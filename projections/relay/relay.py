"""The relay: publishes every position of the log to its stream, in order, and goes on from the end
of the stream whatever happens on either side.

    connect ─▶ which stream, and where does it end? ─▶ publish ─▶ something went wrong, look again
                 not the log's: say so, and stop
                 another relay publishes: stand by, until it stands still
                 the log is behind its stream: wait
"""

import asyncio
import logging
import secrets

from nats.aio.client import Client

from domain.errors import Conflict, Unavailable
from persistence.jetstream.connection import NATS_AWAY, connection_to, in_words
from persistence.jetstream.credentials import NatsServers
from persistence.jetstream.publishing import Interrupted, Publishing
from persistence.log.fenced_reading import FencedReading, OtherLog
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.wakeup import Wakeup, wait_at_most
from projections.relay.messages import RelayMessages
from projections.relay.metrics import RelayMetrics
from projections.relay.pages import RelayPages
from projections.relay.standby import stand_by
from projections.relay.status import RelayStatus
from projections.relay.stream_choice import Behind, Chosen, StreamChoice

logger = logging.getLogger(__name__)

RETRY_INTERVAL = 0.5
"""Seconds between two attempts to connect."""

LOOK_INTERVAL = 1.0
"""Seconds between two looks at a stream that is not published to."""

NOTED = 100
"""Positions after which the metrics are brought up to date."""

LARGEST = 65_536
"""Bytes that no message of today reaches."""


class Relay:
    """Relays one log to one cluster, until it is told to stop."""

    def __init__(
        self,
        servers: NatsServers,
        reading: FencedReading,
        log: PostgresEventLog,
        wakeup: Wakeup,
        metrics: RelayMetrics,
        *,
        replicas: int = 1,
    ) -> None:
        """`replicas` are those of the streams that it makes."""
        self.id = secrets.token_hex(4)
        self._servers = servers
        self._reading = reading
        self._log = log
        self._wakeup = wakeup
        self._metrics = metrics
        self._status = RelayStatus(self.id, metrics)
        metrics.head.set_function(lambda: self.head)
        self._replicas = replicas
        self._is_stopping = False
        self._changed = asyncio.Event()
        """Set where the connection is lost, or the relay is to stop."""

    @property
    def position(self) -> int:
        """The last position that the stream is known to have."""
        return self._status.position

    @property
    def head(self) -> int:
        """The last position that the log is known to have."""
        return max(self._wakeup.head, self._reading.head, self.position)

    def stop(self) -> None:
        """Return from `run` once what is in flight is acknowledged."""
        self._is_stopping = True
        self._changed.set()

    async def run(self) -> None:
        """Relay. Raises Conflict where the stream is not as a relay makes it, or has what is not
        the log's; UndecodableEvent, HoleInLog."""
        while not self._is_stopping:
            self._changed.clear()
            try:
                async with connection_to(self._servers, self._changed.set) as client:
                    await self._use(client)
            except NATS_AWAY as error:
                why = in_words(error)
                if "authorization" in why.lower():
                    raise Conflict(f"{self._servers} refuses: {why}") from None
                self._status.waits(f"NATS is away ({self._servers}): {why}")
            except Unavailable as error:
                self._status.waits(error.message)
            finally:
                self._status.pauses()
            if not self._is_stopping:
                self._changed.clear()
                await wait_at_most(self._changed, RETRY_INTERVAL)

    async def _use(self, client: Client) -> None:
        """Relay over one connection until it is lost."""
        if client.max_payload < LARGEST:
            logger.warning(
                "the server's max_payload is %d bytes: an event may need %d",
                client.max_payload,
                LARGEST,
            )
        choice = StreamChoice(client.jetstream(), self._reading, replicas=self._replicas)
        while not self._changed.is_set():
            chosen = await choice.make()
            if isinstance(chosen, Behind):
                self._status.waits(chosen.why)
                await wait_at_most(self._changed, LOOK_INTERVAL)
                continue
            try:
                await self._publish(client, chosen)
            except OtherLog:
                logger.info("the log goes on in another epoch")
            except Interrupted as interrupted:
                await self._look_again(chosen, interrupted)

    async def _publish(self, client: Client, chosen: Chosen) -> None:
        """Publish until something ends it: Interrupted, OtherLog, or a change."""
        after, log_id = chosen.end.position, chosen.lineage.log_id
        publishing = Publishing(client, self.id, after=after)
        messages = RelayMessages(self._log, chosen.lineage, stream_log_id=chosen.stream.log_id)
        pages = RelayPages(self._reading, self._wakeup, log_id, after=after)
        self._status.publishes(chosen)
        await publishing.open()
        beside = (pages.read(), self._reading.watch(log_id), self._changed.wait())
        tasks = [asyncio.create_task(each) for each in beside]
        try:
            while not self._changed.is_set():
                page = asyncio.create_task(pages.next())
                await asyncio.wait((page, *tasks), return_when=asyncio.FIRST_COMPLETED)
                if not page.done():
                    page.cancel()
                    for ended in filter(asyncio.Task.done, tasks):
                        ended.result()
                    break
                for stored in page.result():
                    await publishing.publish(await messages.of(stored))
                    if stored.position % NOTED == 0:
                        self._status.has_published(publishing)
                    if self._changed.is_set():
                        break
                if pages.are_read:
                    await publishing.finish()
                    self._status.has_published(publishing)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await publishing.close()
            self._status.has_published(publishing)

    async def _look_again(self, chosen: Chosen, interrupted: Interrupted) -> None:
        """Find out whose the end of the stream is; stand by while another relay publishes."""
        stream = chosen.stream
        self._metrics.interrupted.labels(interrupted.kind).inc()
        if interrupted.kind == "refusal":
            self._status.is_refused(f"the stream {stream.name} takes no more: {interrupted}")
            await wait_at_most(self._changed, LOOK_INTERVAL)
            return
        if not await stream.is_there():
            logger.warning("the stream %s is gone", stream.name)
            return
        end = await stream.end()
        if end.position <= self.position or end.relay == self.id:
            logger.warning(
                "going on from the end of the stream, position %d: %s", end.position, interrupted
            )
            return
        self._status.waits(
            f"standing by: the relay {end.relay} publishes, and is at {end.position}"
        )
        await stand_by(chosen, end, self._reading, self._changed, self._status)
