"""The choice of the stream: which one the log goes on in, and where that ends. It makes the stream
where there is none yet, and another one where the log was rewound."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from msgspec import structs
from nats.js import JetStreamContext
from nats.js.errors import BadRequestError

from domain.errors import Conflict
from persistence.jetstream.log_stream import LogStream, StreamEnd, id_of
from persistence.jetstream.logs import (
    CurrentLog,
    current_log,
    is_left_behind,
    tell_current_log,
)
from persistence.jetstream.message import encode_stored
from persistence.jetstream.subjects import stream_name
from persistence.log.epochs import Lineage
from persistence.log.fenced_reading import FencedReading

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stream, whose end is the log's own, and the log as it is now."""

    stream: LogStream
    end: StreamEnd
    lineage: Lineage
    head: int


@dataclass(frozen=True, slots=True)
class Behind:
    """The log is not as far as what was published of it."""

    why: str


class StreamChoice:
    """Chooses over one connection. Raises NATS_AWAY, Unavailable."""

    def __init__(self, streams: JetStreamContext, reading: FencedReading, *, replicas: int) -> None:
        self._streams = streams
        self._reading = reading
        self._replicas = replicas
        self._sealed: set[str] = set()

    async def make(self) -> Chosen | Behind:
        """Raises Conflict where there is a stream that cannot be published to."""
        while True:
            lineage = (await self._reading.place(0)).lineage
            first = str(lineage.epochs[0].id)
            current, said_at = await current_log(self._streams, first) or (None, 0)
            if current is not None and is_left_behind(lineage, current):
                return Behind(
                    f"the log goes on as {current.log}, and is here as it was before: waiting,"
                    " since this is an older copy, or no service has begun to serve it"
                )
            found = None if current is None else await self._as_told(current)
            if isinstance(found, Behind):
                return found
            if found is None:
                told = await self._begin(lineage, current)
            else:
                assert current is not None
                began_at = lineage.epochs[-1].began_at
                told = structs.replace(current, log=lineage.log_id, began_at=began_at)
            if told != current:
                with suppress(BadRequestError):  # another relay was quicker
                    await tell_current_log(
                        self._streams, first, told, after=said_at, replicas=self._replicas
                    )
            elif found is not None and found.lineage == lineage:
                await self._seal(told.before)
                return found

    async def _as_told(self, current: CurrentLog) -> Chosen | Behind | None:
        """The stream that was told of; None where the log goes on in another."""
        stream = LogStream(self._streams, current.stream)
        if not await stream.find():
            return None
        end = await stream.end()
        place = await self._reading.place(end.position)
        is_ours = not end.position or end.id == id_of(place.lineage, end.position)
        if is_ours and end.position > place.head:
            return Behind(
                f"the log is at {place.head}, and its stream at {end.position}: waiting for it"
            )
        if is_ours and (place.event is None or end.stored == encode_stored(place.event)):
            return Chosen(stream, end, place.lineage, place.head)
        if stream.log_id == place.lineage.log_id:
            raise Conflict(
                f"the stream {stream.name} has at {end.position} what is not in the log: the event"
                f" {end.id or 'of somebody else'}; remove it (`nats stream rm`) to have the log"
                " published anew"
            )
        return None

    async def _begin(self, lineage: Lineage, current: CurrentLog | None) -> CurrentLog:
        """Begin a stream; answers what is to be told of it."""
        stream = LogStream(self._streams, stream_name(lineage.log_id))
        if not await stream.find():
            await stream.create(replicas=self._replicas)
            logger.info("the stream %s begins", stream.name)
        began_at = lineage.epochs[-1].began_at
        if current is None or current.stream == stream.name:
            return CurrentLog(lineage.log_id, stream.name, began_at)
        before, shared = LogStream(self._streams, current.stream), 0
        if await before.is_there():
            end = await before.end()
            shared = await before.shared_with(lineage, upto=end.position)
            logger.warning(
                "the log was rewound: %s ends, %s has the same up to position %d",
                before.name,
                stream.name,
                shared,
            )
        return CurrentLog(lineage.log_id, stream.name, began_at, before.name, shared)

    async def _seal(self, name: str | None) -> None:
        """Seal the stream that was before, also where a relay has died before it did."""
        if name is not None and name not in self._sealed:
            await LogStream(self._streams, name).seal()
            self._sealed.add(name)
