"""The mapper: domain events to stored events and back, with eventsourcing's own transcodings."""

from uuid import UUID

from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, UUIDAsHex

# Events are decoded by topic; importing their modules is what registers the topics.
import domain.channel
import domain.channel_name  # noqa: F401


def create_mapper() -> Mapper[UUID]:
    """JSON in UTF-8, with UUID and datetime tagged; the format of everything in the log."""
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    return Mapper(transcoder)
