"""Metrics: what a node counts and measures for its operator; `docs/metrics.md` describes each.

Whoever owns a fact counts it as it happens; what merely is, as the length of a queue, is read of
its owner when the metrics are asked for (`scripts/service/gauges.py`). No label has values that a
client chooses.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from http import HTTPStatus

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""The buckets of durations; what is served takes five seconds at most."""

HEARD_SECONDS = (*SECONDS, 10.0, 30.0, 60.0)


class Outcome(StrEnum):
    """What became of a command."""

    DONE = "done"
    REFUSED = "refused"
    """For what the client has sent, is, or asks for too often."""
    FAILED = "failed"
    """For what the service could not do."""

    @classmethod
    def of(cls, status: int) -> "Outcome":
        """That of an HTTP status, or of the one that a refusal has."""
        if status < HTTPStatus.BAD_REQUEST:
            return cls.DONE
        return cls.REFUSED if status < HTTPStatus.INTERNAL_SERVER_ERROR else cls.FAILED


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """One line of Prometheus' text format."""

    name: str
    labels: dict[str, str]
    value: float


class Family(msgspec.Struct, frozen=True):
    """A metric of Prometheus with all its samples."""

    name: str
    documentation: str
    type: str
    samples: list[Sample]


class Metrics:
    """The metrics of one node. Parts that know no transport add theirs to the `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._measure_commands()
        self._measure_sockets()
        self._measure_feed()
        self._measure_log()
        self._measure_webhooks()
        self._measure_surroundings()

    def _measure_commands(self) -> None:
        commands = self._histogram(
            "kanal_command_seconds",
            "Commands, by name and outcome, and how long each took.",
            "command", "outcome",
        )  # fmt: skip
        self.command: Callable[[str, Outcome], Histogram] = cache(commands.labels)
        """That of a command and an outcome: to look one up takes longer than to observe."""
        self.refusals = self._counter(
            "kanal_refusals", "What was refused over HTTP or a socket, by its code.", "code"
        )
        self.refused_by_limit = self._counter(
            "kanal_refused_by_limit",
            "What was refused because a limit was reached, by the limit.",
            "limit",
        )

    def _measure_sockets(self) -> None:
        self.connections = self._gauge("kanal_connections", "Connections that are open.")
        self.connections_limit = self._gauge(
            "kanal_connections_limit", "Connections that may be open."
        )
        self.sockets = self._gauge(
            "kanal_sockets",
            "Connections that are open, by transport and by what their sessions are told.",
            "transport", "state",
        )  # fmt: skip
        self.waiting_bytes = self._gauge(
            "kanal_sockets_waiting_bytes", "Bytes that wait to be sent, to all sockets together."
        )
        self.most_waiting_bytes = self._gauge(
            "kanal_sockets_most_waiting_bytes", "Bytes that wait for the socket with the most."
        )
        self.sockets_cut = self._counter(
            "kanal_sockets_cut",
            "Sockets that were cut because too much waited to be sent to them.",
        )
        self.sessions_ended = self._counter(
            "kanal_sessions_ended", "Sessions that speak for their users no more, by why.", "why"
        )
        self.sessions_moved = self._counter(
            "kanal_sessions_moved", "Sessions that went on at another node, or came from it.", "way"
        )
        self.resumes = self._counter(
            "kanal_resumes",
            "Clients that came back with a position, by whether they could resume from it.",
            "recovered",
        )

    def _measure_feed(self) -> None:
        self.feed_pages = self._counter(
            "kanal_feed_pages", "Pages of the feed that were answered, by who read them.", "reader"
        )
        self.feed_events = self._counter(
            "kanal_feed_events", "Public events that were told, by the way on which.", "way"
        )
        self.feed_bytes = self._counter(
            "kanal_feed_bytes",
            "Bytes in which they were told: of pages as they were sent, of streams what was said.",
            "way",
        )
        self.feed_streams = self._gauge("kanal_feed_streams", "Streams of the feed that are open.")
        self.feed_streams_ended = self._counter(
            "kanal_feed_streams_ended", "Streams of the feed that have ended, by why.", "why"
        )

    def _measure_log(self) -> None:
        self.heard = self._histogram(
            "kanal_commit_to_heard_seconds",
            "From an event's own time until it was written to the sockets that hear it here.",
            buckets=HEARD_SECONDS,
        )
        self.position = self._gauge(
            "kanal_position", "The position of the log up to which sockets have been served."
        )
        self.follower_lag = self._gauge(
            "kanal_follower_lag",
            "Positions of the log that a follower has not come to.",
            "follower",
        )
        self.follower_lag_seconds = self._gauge(
            "kanal_follower_lag_seconds",
            "Seconds for which the log has been known to go further than a follower has come.",
            "follower",
        )
        self.followers_stopped = self._gauge(
            "kanal_followers_stopped", "Followers of the log that have stopped."
        )
        self.stream_followed = self._gauge(
            "kanal_stream_followed", "Whether the log is followed from its stream."
        )
        self.stream_lag = self._gauge(
            "kanal_stream_lag", "Positions of the log that its stream has not brought."
        )
        self.read_model_lag = self._gauge(
            "kanal_read_model_lag",
            "Positions of the log that a read model does not reflect yet.",
            "model",
        )
        self.read_model_lag_seconds = self._gauge(
            "kanal_read_model_lag_seconds",
            "Seconds for which the log has been known to go further than a read model reflects.",
            "model",
        )
        self.read_model_writer = self._gauge(
            "kanal_read_model_writer", "Whether this node writes a read model.", "model"
        )
        self.log_rewinds = self._counter(
            "kanal_log_rewinds", "How often the log had lost what this node had seen of it."
        )
        self.append_queue_length = self._gauge(
            "kanal_append_queue_length", "Commands that wait to be appended."
        )

    def _measure_webhooks(self) -> None:
        self.webhook_sender = self._gauge(
            "kanal_webhook_sender", "Whether this node is the one that sends to webhooks."
        )
        self.webhooks = self._gauge(
            "kanal_webhooks", "Webhooks, by state, as the node knows them that sends.", "state"
        )
        self.webhook_lag = self._gauge(
            "kanal_webhook_lag",
            "Positions of the log that are not delivered to the active webhook with the most.",
        )
        self.webhook_lag_seconds = self._gauge(
            "kanal_webhook_lag_seconds",
            "Seconds for which the log has been known to go further than that webhook has come.",
        )
        self.webhook_attempts = self._histogram(
            "kanal_webhook_attempt_seconds",
            "Attempts to send an event to a webhook, by outcome, and how long each took.",
            "outcome",
            buckets=(*SECONDS, 10.0, 15.0),
        )

    def _measure_surroundings(self) -> None:
        self.ready = self._gauge("kanal_ready", "Whether the node is ready.")
        self.alarms = self._counter("kanal_alarms", "Critical lines of the node's log.")
        self.loop_lag = self._histogram(
            "kanal_event_loop_lag_seconds", "How late the event loop came to a timer."
        )
        self.nodes = self._gauge("kanal_nodes", "Nodes of this log that are there.")
        self.hops = self._counter(
            "kanal_hops", "What this node asked of others.", "what", "outcome"
        )
        self.key_fetches = self._counter(
            "kanal_key_fetches", "Fetches of identity providers' keys, by outcome.", "outcome"
        )
        self.key_sources = self._gauge(
            "kanal_key_sources", "Sources of keys that are fetched, by state.", "state"
        )
        self.certificate_end = self._gauge(
            "kanal_certificate_end_timestamp_seconds",
            "When the certificate ends that new connections are shown; 0 without TLS.",
        )
        self.database_away = self._gauge(
            "kanal_database_away", "Whether a database cannot be used.", "database"
        )
        self.pool_connections = self._gauge(
            "kanal_database_pool_connections",
            "Connections in the pool of the database, by state.",
            "state",
        )
        self.pool_size = self._gauge(
            "kanal_database_pool_size", "Connections that the pool may have."
        )
        self.pool_waiting = self._gauge(
            "kanal_database_pool_waiting", "Who waits for a connection of the pool."
        )

    def families(self) -> list[Family]:
        """All metrics as they are now, without the times at which they were created."""
        return [
            Family(
                metric.name,
                metric.documentation,
                metric.type,
                [
                    Sample(sample.name, sample.labels, sample.value)
                    for sample in metric.samples
                    if not sample.name.endswith("_created")
                ],
            )
            for metric in self.registry.collect()
        ]

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(name, says, labels, registry=self.registry)

    def _histogram(
        self, name: str, says: str, *labels: str, buckets: tuple[float, ...] = SECONDS
    ) -> Histogram:
        return Histogram(name, says, labels, buckets=buckets, registry=self.registry)
