"""The messages of the relay: what each event of the log is published as."""

from domain.channel_repository import ChannelRepository
from domain.visibility import SEEN_BY_NOBODY
from persistence.jetstream.message import StreamMessage, encode
from persistence.log.epochs import Lineage
from persistence.log.logged_event import LoggedEvent
from persistence.log.postgres_event_log import PostgresEventLog
from projections.emissions.change_reader import ChangeReader
from projections.feed.encoded import EncodedChanges

CHANNELS = 20_000
"""That are kept as of the last event of each that was read."""


class RelayMessages:
    """Makes messages of the events of a log with these epochs, along the log."""

    def __init__(self, log: PostgresEventLog, lineage: Lineage, *, stream_log_id: str) -> None:
        """`stream_log_id` is the id of the log after which the stream is named."""
        self._log = log
        self._lineage = lineage
        self._stream_log_id = stream_log_id
        changes = ChangeReader(ChannelRepository(log, size=0), CHANNELS)
        self._encoded = EncodedChanges(changes, lambda: lineage)

    async def of(self, stored: LoggedEvent) -> StreamMessage:
        """Raises UndecodableEvent; waits while the database is away."""
        told = None
        if stored.topic not in SEEN_BY_NOBODY:
            encoded = await self._encoded.of(self._log.lazy(stored))
            told = None if encoded is None else encoded.to_all_readers.json
        return encode(
            stored,
            log_id=self._stream_log_id,
            recorded_in=str(self._lineage.epoch_at(stored.id).id),
            told=told,
        )
