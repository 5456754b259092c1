"""What a relay says of itself: how far it is, in its metrics, and why it does not publish, once, in
a line of the log."""

import logging

from persistence.jetstream.publishing import Publishing
from projections.relay.metrics import RelayMetrics
from projections.relay.stream_choice import Chosen

logger = logging.getLogger(__name__)


class RelayStatus:
    """How one relay does."""

    def __init__(self, relay: str, metrics: RelayMetrics) -> None:
        """`relay` is its id."""
        self._relay = relay
        self._metrics = metrics
        metrics.position.set_function(lambda: self.position)
        self.position = 0
        """The last position that the stream is known to have."""
        self._told = ""
        """What was said last of why it does not publish."""
        self._refused_at: int | None = None
        """Where the stream ended when the server took no more."""

    def publishes(self, chosen: Chosen) -> None:
        """It is about to publish."""
        self.position = chosen.end.position
        if self.position == self._refused_at:
            return  # it tries again, and may be refused again
        self._goes_on()
        logger.info(
            "relay %s publishes to %s from position %d on; the log is at %d",
            self._relay,
            chosen.stream.name,
            chosen.end.position + 1,
            chosen.head,
        )

    def has_published(self, publishing: Publishing) -> None:
        """Note how far it has come."""
        if (more := publishing.acknowledged - self.position) > 0:
            self._metrics.published.inc(more)
            if self._refused_at is not None:
                self._goes_on()
                logger.info("the stream takes what is published again")
        self.position = publishing.acknowledged

    def _goes_on(self) -> None:
        self._told, self._refused_at = "", None
        self._metrics.is_publishing.set(1)

    def is_refused(self, why: str) -> None:
        """The server takes no more at the moment."""
        self._refused_at = self.position
        self.waits(why)

    def waits(self, why: str) -> None:
        """It does not publish."""
        self.pauses()
        if why != self._told:
            self._told = why
            logger.warning("%s", why)

    def pauses(self) -> None:
        """It does not publish, for what is said elsewhere or is soon over."""
        self._metrics.is_publishing.set(0)
