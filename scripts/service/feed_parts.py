"""Builds and wires the feed of one node."""

from sanic import Blueprint

from domain.channel_repository import ChannelRepository
from domain.visibility import SEEN_BY_NOBODY
from persistence.database.reading import Reading
from persistence.database.time_budget import TURN_TIMEOUT
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stretch_reading import StretchReading
from persistence.log.wakeup import LOG_CHANNEL, Wakeup
from projections.emissions.change_reader import ChangeReader
from projections.feed.encoded import EncodedChanges
from projections.feed.feed import Feed
from projections.feed.newest import NewestChanges
from scripts.service.sockets import Sockets
from transport.auth.revocations import Revocations
from transport.http.callers import Callers
from transport.http.feed.counting import FeedCounting
from transport.http.feed.level_streams import LevelStreams
from transport.http.feed.pages import create_feed_routes
from transport.http.feed.place import LogPlaces
from transport.http.feed.stream import StreamParts
from transport.http.feed.streams import FeedStreams
from transport.limits.limits import Limits
from transport.limits.turns import Turns
from transport.metrics import Metrics

READS_AT_ONCE = 2
"""Pages of the feed that are made at the same time."""


class FeedParts:
    """What a node has for those who read its feed."""

    def __init__(
        self,
        *,
        callers: Callers,
        limits: Limits,
        revocations: Revocations,
        copies: Reading,
        log: PostgresEventLog,
        channels: ChannelRepository,
        sockets: Sockets,
        wakeup: Wakeup,
        metrics: Metrics,
    ) -> None:
        delivery, sessions = sockets.delivery, sockets.sessions
        encoded = EncodedChanges(ChangeReader(channels), delivery.followed_lineage)
        self.feed = Feed(
            log,
            StretchReading(copies, ignoring=SEEN_BY_NOBODY),
            encoded,
            delivery.is_unchanged,
            lambda: wakeup.head,
        )
        self._wakeup = wakeup
        turns, places = Turns(READS_AT_ONCE, patience=TURN_TIMEOUT), LogPlaces(delivery)
        counting = FeedCounting(metrics, lambda: limits.streams)
        self.level = LevelStreams(NewestChanges(log, encoded), delivery, wakeup, counting)
        parts = StreamParts(
            self.feed,
            places,
            delivery,
            self.level,
            wakeup,
            turns,
            revocations.admit,
            counting,
        )
        self._streams = FeedStreams(
            parts, callers, limits, sessions.listeners, lambda: len(sessions)
        )
        self.routes: list[Blueprint] = [
            create_feed_routes(callers, self.feed, places, turns, counting),
            self._streams.routes(),
        ]

    def close(self) -> None:
        """End the streams: their readers go on at another node."""
        self._streams.close()
        self._wakeup.wake(LOG_CHANNEL)
