"""The follower of the stream: brings a node what a relay has published of the log, so that its
followers need not ask Postgres for it.

What it brings is kept with the recent events, by position, and wakes the followers. They read every
position once and in order, and whatever is not there from Postgres; so nothing here can make a gap,
and where anything fails, the consumer is made anew at the end of what the node has seen.

It gets that last event once more, and compares it: a stream with other events is not followed.
"""

import asyncio
import time

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from domain.access import ACCESS_TOPICS
from persistence.jetstream.connection import NATS_AWAY, connection_to, in_words
from persistence.jetstream.credentials import NatsServers
from persistence.jetstream.logs import current_log
from persistence.jetstream.message import UnreadableMessage, decode, recorded_in
from persistence.log.concern import said_of
from persistence.log.epoch_check import EpochCheck
from persistence.log.epochs import Lineage
from persistence.log.log_source import LogSource
from persistence.log.logged_event import LoggedEvent
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.wakeup import Wakeup, wait_at_most

RETRY_INTERVAL = 1.0
"""Seconds after which a stream that cannot be followed is looked at again."""

IDLE_HEARTBEAT = 1.0
"""Seconds after which the server says that there is nothing."""

SILENCE = 3.0
"""Seconds without a word of the server, after which the consumer is taken for dead."""

NEAR = 1_000
"""Positions that a stream may be behind the node to be followed from there on. One that is further
behind, as a new one of a long log, would send all of them in vain."""


class UnfitStream(Exception):
    """The stream cannot be followed; the message says why."""


class StreamFollower:
    """Follows the stream of the log's epoch, while a task executes `run`."""

    name = "following the stream"

    def __init__(
        self,
        servers: NatsServers,
        log: PostgresEventLog,
        epochs: EpochCheck,
        wakeup: Wakeup,
        source: LogSource,
    ) -> None:
        self._servers = servers
        self._log = log
        self._epochs = epochs
        self._wakeup = wakeup
        self._source = source
        self._ended = asyncio.Event()
        self._error: Exception | None = None
        self._heard_at = 0.0
        """When the server was heard last, by the monotonic clock."""

    def forget(self) -> None:
        """The log is in another epoch from here on, and has another stream."""
        self._ended.set()

    async def run(self) -> None:
        """Follow for ever; begin anew whenever that fails."""
        while True:
            self._ended.clear()
            try:
                async with connection_to(self._servers, self._ended.set) as connection:
                    await self._follow(connection)
            except (*NATS_AWAY, ValueError, UnfitStream) as error:
                self._source.closed(in_words(error))
            await asyncio.sleep(RETRY_INTERVAL)

    async def _follow(self, connection: Client) -> None:
        """Follow until the log is in another epoch. Raises what else ends it."""
        lineage, streams = self._epochs.lineage, connection.jetstream()
        if lineage is None:
            return
        current = await current_log(streams, str(lineage.epochs[0].id))
        if current is None:
            raise UnfitStream("there is none: no relay has published the log")
        if current[0].log != lineage.log_id:
            raise UnfitStream("it is of another log than Postgres has now")
        stream, after = current[0].stream, max(self._epochs.seen.last - 1, 0)
        state = (await streams.stream_info(stream)).state
        if state.last_seq + NEAR < after:
            raise UnfitStream(f"it is at position {state.last_seq}, and the log at {after + 1}")

        async def receive(message: Msg) -> None:
            self._heard_at = time.monotonic()
            if "Status" in (headers := message.headers or {}):
                # The server may ask whether this is read as fast as it is sent.
                if asked := message.reply or headers.get("Nats-Consumer-Stalled"):
                    await connection.publish(asked)
            else:
                self._receive(message, lineage, after)

        self._error, self._heard_at = None, time.monotonic()
        # What is not in the stream any more is read from Postgres.
        self._source.opened(max(min(after, state.last_seq), state.first_seq - 1))
        inbox = connection.new_inbox()
        await connection.subscribe(inbox, cb=receive)
        await streams.add_consumer(
            stream,
            ConsumerConfig(
                deliver_subject=inbox,
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=after + 1,
                ack_policy=AckPolicy.NONE,
                headers_only=True,
                idle_heartbeat=IDLE_HEARTBEAT,
                flow_control=True,
                mem_storage=True,
                num_replicas=1,
            ),
        )
        while not self._ended.is_set():
            await wait_at_most(self._ended, IDLE_HEARTBEAT)
            if time.monotonic() - self._heard_at > SILENCE:
                raise UnfitStream("the server says nothing any more")
        if self._error is not None:
            raise self._error
        if connection.is_closed:
            raise UnfitStream("the connection was lost")

    def _receive(self, message: Msg, lineage: Lineage, after: int) -> None:
        if lineage is not self._epochs.lineage or self._epochs.is_due or self._ended.is_set():
            return  # the log may be another by now, which the next check of a connection tells
        try:
            position = message.metadata.sequence.stream
            if position > after:
                found = decode(message.subject, message.headers, position)
                if recorded_in(message.headers) != str(lineage.epoch_at(position).id):
                    raise UnfitStream("it goes on in another epoch than is known here")
                self._bring(found)
        except (UnreadableMessage, UnfitStream) as error:
            self._error = UnfitStream(str(error))
            self._ended.set()

    def _bring(self, found: LoggedEvent) -> None:
        if self._log.is_other(found):
            raise UnfitStream(f"it has another event at position {found.id}")
        if self._log.bring(found):
            said = "" if found.topic in ACCESS_TOPICS else said_of([found.workspace_id])
            self._wakeup.brought(found.id, said)
        self._source.brought(found.id)
