"""The rows of imported events, as Postgres takes them in: COPY's binary format (PostgreSQL's
documentation, "COPY", Binary Format).

They go to the server in small pieces, so that it stores one while the next lines are read; asyncpg,
which could make the rows as well, sends half a megabyte at a time, and each waits for the other.
"""

import struct
from collections.abc import AsyncIterator, Iterable
from functools import lru_cache

from persistence.transfer.log_file import EventLine

COLUMNS = (
    "originator_id",
    "originator_version",
    "topic",
    "state",
    "notification_id",
    "workspace_id",
)
"""The columns of a row, in their order."""

PIECE_BYTES = 131_072
"""Of a piece, at least: more than an event loop holds back, less than a socket takes in at once."""


async def copied_rows(events: Iterable[EventLine]) -> AsyncIterator[bytes]:
    """What is to be sent of the events, piece by piece. Raises whatever `events` does."""
    piece = bytearray(_SIGNATURE)
    for event in events:
        piece += _row(event)
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    piece += _END
    yield bytes(piece)


def _row(event: EventLine) -> bytes:
    state = event.stored_state
    return b"".join(
        (
            _BEFORE_TOPIC.pack(len(COLUMNS), 16, event.stream.bytes, 8, event.version),
            _text(event.topic),
            _LENGTH.pack(len(state)),
            state,
            _POSITION.pack(8, event.position),
            _text(event.workspace),
        )
    )


@lru_cache(maxsize=4_096)  # there are few topics, and many events of a workspace
def _text(value: str | None) -> bytes:
    if value is None:
        return _LENGTH.pack(-1)
    encoded = value.encode()
    return _LENGTH.pack(len(encoded)) + encoded


_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, and no more in the header
_END = struct.pack(">h", -1)

# The number of columns, and then for each the length of its value, and the value.
_BEFORE_TOPIC = struct.Struct(">hi16siq")
_LENGTH = struct.Struct(">i")
_POSITION = struct.Struct(">iq")
