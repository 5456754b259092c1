"""The export, for `kanal export`: the whole log as the lines of a file."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from domain.errors import Conflict
from persistence.database.reading import Connections
from persistence.log.whole_log import read_extent, read_pages
from persistence.transfer.log_file import LogFileWriter, event_line


@dataclass(frozen=True, slots=True)
class Exported:
    """The next bytes of the file. With them it holds the log up to `position`, of `head`."""

    content: bytes
    position: int
    head: int


async def export_log(database: Connections) -> AsyncGenerator[Exported]:
    """The file, piece by piece; it has the log as of the moment of the call.

    Raises Conflict where the log has a hole, where an event has no topic or no state, and where
    another epoch begins meanwhile, so that the file would have events of both; Unavailable.
    """
    extent = await read_extent(database)
    position, head = 0, extent.head
    writer = LogFileWriter(extent.lineage, head)
    yield Exported(writer.header(), position, head)
    async with aclosing(read_pages(database, upto=head)) as pages:
        async for page in pages:
            events = []
            for stream, version, topic, state, place, workspace in page:
                position += 1
                if place != position:
                    raise _broken(f"position {position} is missing")
                if topic is None or state is None:
                    raise _broken(f"the event at position {position} has no topic or no state")
                events.append(event_line(position, stream, version, topic, workspace, state))
            yield Exported(writer.events(events), position, head)
    if position != head:
        raise _broken(f"position {position + 1} is missing")
    if (await read_extent(database)).lineage != extent.lineage:
        raise Conflict("another epoch of the log has begun meanwhile; export it again")
    yield Exported(writer.trailer(), position, head)


def _broken(what: str) -> Conflict:
    return Conflict(f"the log is not whole: {what}; `kanal check` finds all that is wrong")
