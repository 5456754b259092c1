"""Metrics: what a node counts for its operator, in Prometheus' format."""

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge


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

    def families(self) -> list[Family]:
        """All metrics as they are now."""
        return [
            Family(
                metric.name,
                metric.documentation,
                metric.type,
                [Sample(sample.name, sample.labels, sample.value) for sample in metric.samples],
            )
            for metric in self._registry.collect()
        ]
