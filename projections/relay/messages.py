"""The messages of the relay: what each event of the log is published as."""

import msgspec

from domain.channel_repository import ChannelRepository
from domain.visibility import SEEN_BY_NOBODY
from persistence.jetstream.message import StreamMessage, encode
from persistence.log.epochs import Lineage
from persistence.log.logged_event import LoggedEvent
from persistence.log.postgres_event_log import PostgresEventLog
from projections.emissions.change_reader import ChangeReader
from projections.feed.told import told_to_all_readers

CHANNELS = 20_000
"""That are kept as of the last event of each that was read."""


class RelayMessages:
    """Makes messages of the events of a log with these epochs, along the log."""

    def __init__(self, log: PostgresEventLog, lineage: Lineage, *, stream_log_id: str) -> None:
        """`stream_log_id` is the id of the log after which the stream is named."""
        self._log = log
        self._lineage = lineage
        self._ids = {epoch: str(epoch.id) for epoch in lineage.epochs}
        self._stream_log_id = stream_log_id
        self._changes = ChangeReader(ChannelRepository(log), CHANNELS, waits=False)

    async def of(self, stored: LoggedEvent) -> StreamMessage:
        """Raises UndecodableEvent, and Unavailable: the relay may be to stop meanwhile."""
        told = None
        if stored.topic not in SEEN_BY_NOBODY:
            change = await self._changes.read(self._log.recorded(stored))
            if change is not None:
                told = msgspec.json.encode(told_to_all_readers(change, self._lineage))
        return encode(
            stored,
            log_id=self._stream_log_id,
            recorded_in=self._ids[self._lineage.epoch_at(stored.id)],
            told=told,
        )
