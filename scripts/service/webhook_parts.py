"""Builds and wires what sends to webhooks from one node, when it is its turn."""

from collections.abc import Callable, Sequence

from domain.channel_repository import ChannelRepository
from persistence.database.pool import Database
from persistence.database.reading import Reading
from persistence.log.epochs import Lineage
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stretch_reading import StretchReading
from persistence.log.wakeup import Wakeup
from persistence.webhooks.webhook_table import WebhookTable
from projections.emissions.change_reader import ChangeReader
from projections.feed.encoded import EncodedChanges
from projections.feed.feed import Feed
from transport.metrics import Metrics
from transport.public_addresses import Network
from transport.webhooks.courier import CourierParts
from transport.webhooks.destinations import Destinations
from transport.webhooks.pauses import Pauses
from transport.webhooks.receiver import Outcome
from transport.webhooks.sender import WebhookSender

DEFAULT_PAUSES = Pauses()


class WebhookParts:
    """What a node has for webhooks: where they may be sent to, and the sender."""

    def __init__(
        self,
        *,
        database: Database,
        copies: Reading,
        log: PostgresEventLog,
        channels: ChannelRepository,
        wakeup: Wakeup,
        lineage: Callable[[], Lineage],
        networks: Sequence[Network],
        metrics: Metrics,
        pauses: Pauses = DEFAULT_PAUSES,
    ) -> None:
        """`lineage` answers the epochs of the log that the node follows."""
        self.table = WebhookTable(database)
        self.destinations = Destinations(networks)
        # A feed of its own: what webhooks far behind read is kept in nobody else's place.
        encoded = EncodedChanges(ChangeReader(channels), lineage)
        self.feed = Feed(
            log, StretchReading(copies), encoded, _is_never_unchanged, lambda: wakeup.head
        )

        def measured(outcome: Outcome, seconds: float) -> None:
            metrics.webhook_attempts.labels(outcome).observe(seconds)

        self.sender = WebhookSender(
            database,
            wakeup,
            self.table,
            CourierParts(self.feed, wakeup, lineage, self.destinations, pauses, measured),
        )


def _is_never_unchanged(workspace_id: str, *, after: int, upto: int) -> bool:  # noqa: ARG001
    """Is asked of what users may see, and webhooks are told all."""
    return False
