"""The stream of a log as a relay makes it, and as far as a test wants it to be."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from nats.js import JetStreamContext

from persistence.jetstream.connection import connection_to
from persistence.jetstream.logs import CurrentLog, current_log, tell_current_log
from persistence.jetstream.message import encode
from persistence.jetstream.subjects import all_subjects, stream_name
from persistence.log.logged_event import LoggedEvent
from tests.support.node import Node


class Publisher:
    """Publishes what a node's log has."""

    def __init__(self, node: Node, streams: JetStreamContext) -> None:
        self._node = node
        self._streams = streams

    async def lacking(self) -> list[LoggedEvent]:
        """What the log has and the stream has not."""
        at = (await self._streams.stream_info(await self._stream())).state.last_seq
        return await self._node.stored.select_page(after=at, limit=100_000)

    async def publish(
        self,
        events: Sequence[LoggedEvent] | None = None,
        *,
        change: Callable[[LoggedEvent], LoggedEvent] = lambda it: it,
        recorded_in: str | None = None,
    ) -> None:
        """All that the stream lacks, or `events`. `change` makes of an event what is published in
        its place, as recorded in another log than it was."""
        lineage = await self._node.stored.lineage()
        stream = await self._stream()
        for event in await self.lacking() if events is None else events:
            log_id = recorded_in or str(lineage.epoch_at(event.id).id)
            message = encode(change(event), log_id=lineage.log_id, recorded_in=log_id, told=None)
            await self._streams.publish(
                message.subject, message.body, stream=stream, headers=message.headers
            )

    async def _stream(self) -> str:
        """The name of the log's stream, which is made and told of if it is not there."""
        lineage = await self._node.stored.lineage()
        first, log = str(lineage.epochs[0].id), lineage.log_id
        found = await current_log(self._streams, first)
        if found is not None and found[0].log == log:
            return found[0].stream
        name = stream_name(log)
        await self._streams.add_stream(name=name, subjects=[all_subjects(log)])
        told = CurrentLog(log, name, lineage.epochs[-1].began_at)
        await tell_current_log(self._streams, first, told, after=found[1] if found else 0)
        return name


@asynccontextmanager
async def publisher(node: Node, url: str) -> AsyncIterator[Publisher]:
    async with connection_to(url, lambda: None) as connection:
        yield Publisher(node, connection.jetstream())


def otherwise(event: LoggedEvent) -> LoggedEvent:
    """Another event at the same position."""
    return replace(event, state=event.state + b" ")
