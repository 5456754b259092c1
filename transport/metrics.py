"""Metrics: what a node counts for its operator, in Prometheus' format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """The counters of one node."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.sockets_cut = Counter(
            "kanal_sockets_cut",
            "Sockets that were cut because too much waited to be sent to them.",
            registry=self._registry,
        )
        self.resumes = Counter(
            "kanal_resumes",
            "Clients that came back with a position, by whether they could resume from it.",
            ["recovered"],
            registry=self._registry,
        )
        self.refused_by_limit = Counter(
            "kanal_refused_by_limit",
            "What was refused because a limit was reached, by the limit.",
            ["limit"],
            registry=self._registry,
        )
        self.log_rewinds = Counter(
            "kanal_log_rewinds",
            "How often the log had lost what this node had seen of it.",
            registry=self._registry,
        )
        self.connections = Gauge(
            "kanal_connections", "Connections that are open.", registry=self._registry
        )
        self.position = Gauge(
            "kanal_position",
            "The position of the log up to which sockets have been served.",
            registry=self._registry,
        )

        self.read_model_lag = Gauge(
            "kanal_read_model_lag",
            "Positions of the log that a read model does not reflect yet.",
            ["model"],
            registry=self._registry,
        )

    def text(self) -> bytes:
        """All metrics in Prometheus' text format, version 0.0.4."""
        return generate_latest(self._registry)
