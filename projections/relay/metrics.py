"""What the relay measures; `kanal relay --metrics` serves it to Prometheus."""

from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from persistence.jetstream.publishing import Kind


class RelayMetrics:
    """The metrics of one relay."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.position = Gauge(
            "kanal_relay_position", "The last position that the stream has.", registry=registry
        )
        self.head = Gauge(
            "kanal_relay_head",
            "The last position that the log is known to have.",
            registry=registry,
        )
        self.published = Counter(
            "kanal_relay_published",
            "Positions that this relay has published.",
            registry=registry,
        )
        self.interrupted = Counter(
            "kanal_relay_interrupted",
            "Times that it looked anew at the end of the stream, since the stream had another end"
            " than expected (conflict), or took no more (refusal), or no answer came (silence).",
            ["why"],
            registry=registry,
        )
        self.is_publishing = Gauge(
            "kanal_relay_publishing",
            "1 while it publishes; 0 while NATS is away or takes no more, or another relay does.",
            registry=registry,
        )
        for why in get_args(Kind):
            self.interrupted.labels(why)
