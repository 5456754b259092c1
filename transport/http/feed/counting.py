"""What the feed counts of itself: pages, streams, and what was told in them."""

from collections.abc import Callable
from enum import StrEnum

from domain.errors import DomainError
from transport.errors import Refused, refusal_of
from transport.metrics import Metrics


class StreamEnding(StrEnum):
    """Why a stream has ended: that its client went, was too slow, or what `end` told it."""

    CLOSED = "closed"
    TOO_SLOW = "too-slow"
    NODE_STOPPED = "node-stopped"
    UNAVAILABLE = "unavailable"
    TOKEN_EXPIRED = "token-expired"  # noqa: S105
    ACCESS_REVOKED = "access-revoked"
    FORBIDDEN = "forbidden"
    POSITION_GONE = "position-gone"

    @classmethod
    def of(cls, error: DomainError | Refused) -> "StreamEnding":
        """The one that `end` tells with an error."""
        return cls(refusal_of(error).code.replace("_", "-"))


class FeedCounting:
    """Counts for a node; every series is there from the start."""

    def __init__(self, metrics: Metrics, open_streams: Callable[[], int]) -> None:
        metrics.feed_streams.set_function(open_streams)
        self._pages = {
            reads_all: metrics.feed_pages.labels(name)
            for reads_all, name in ((True, "service"), (False, "user"))
        }
        self._page_events, self._stream_events = map(metrics.feed_events.labels, ("page", "stream"))
        self._page_bytes, self._stream_bytes = map(metrics.feed_bytes.labels, ("page", "stream"))
        self._ended = {why: metrics.feed_streams_ended.labels(why) for why in StreamEnding}

    def page(self, *, reads_all: bool, events: int, size: int) -> None:
        """A page was made, of so many bytes."""
        self._pages[reads_all].inc()
        self._page_events.inc(events)
        self._page_bytes.inc(size)

    def said(self, events: int, size: int) -> None:
        """A stream has said so many events, or none, in so many bytes."""
        if events:
            self._stream_events.inc(events)
        self._stream_bytes.inc(size)

    def ended(self, why: StreamEnding) -> None:
        """A stream is over."""
        self._ended[why].inc()
