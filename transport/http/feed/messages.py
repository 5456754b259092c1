"""The messages of a stream, as server-sent events (HTML, 9.2): public events, comments, the end.

A comment is a line without an empty one behind it: there are clients that make an event of that.
"""

from collections.abc import Iterable

import msgspec

from domain.errors import DomainError
from projections.feed.encoded import EncodedEvent
from transport.errors import Refused, refusal_of


class StreamEnd(msgspec.Struct, frozen=True):
    """The data of the event `end`, the last one of a stream: why it ends, as a request would be
    refused for it."""

    code: str
    detail: str


def messages(events: Iterable[EncodedEvent], log_id: str) -> bytes:
    """Events, each with the place from which its reader goes on."""
    return b"".join(
        b"id: %b:%d\ndata: %b\n\n" % (log_id.encode(), each.position, each.json) for each in events
    )


def chunk(text: bytes) -> bytes:
    """Text as a chunk of HTTP/1.1 (RFC 9112, 7.1), which is how a stream is sent."""
    return b"%x\r\n%b\r\n" % (len(text), text)


def comment(log_id: str, position: int) -> bytes:
    """That the log was looked through up to a position, and nothing else was found."""
    return f": {log_id}:{position}\n".encode()


def end(error: DomainError | Refused) -> bytes:
    """Why a stream ends."""
    refusal = refusal_of(error)
    return b"event: end\ndata: %b\n\n" % msgspec.json.encode(
        StreamEnd(refusal.code, refusal.message)
    )
