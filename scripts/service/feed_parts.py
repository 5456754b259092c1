"""Builds and wires the feed of one node."""

from sanic import Blueprint

from domain.channel_repository import ChannelRepository
from persistence.database.reading import Reading
from persistence.database.time_budget import TURN_TIMEOUT
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stretch_reading import StretchReading
from projections.emissions.change_reader import ChangeReader
from projections.feed.encoded import EncodedChanges
from projections.feed.feed import Feed
from transport.delivery.live_delivery import Delivery
from transport.http.callers import Callers
from transport.http.feed.pages import create_feed_routes
from transport.http.feed.place import LogPlaces
from transport.limits.turns import Turns

READS_AT_ONCE = 2
"""Pages of the feed that are made at the same time."""


class FeedParts:
    """What a node has for those who read its feed."""

    def __init__(
        self,
        *,
        callers: Callers,
        copies: Reading,
        log: PostgresEventLog,
        channels: ChannelRepository,
        delivery: Delivery,
    ) -> None:
        encoded = EncodedChanges(ChangeReader(channels), lambda: delivery.lineage)
        self.feed = Feed(log, StretchReading(copies), encoded, delivery.is_unchanged_since)
        turns = Turns(READS_AT_ONCE, patience=TURN_TIMEOUT)
        self.routes: list[Blueprint] = [
            create_feed_routes(callers, self.feed, LogPlaces(delivery), turns)
        ]
