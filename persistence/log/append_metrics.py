"""What the append queue measures of each batch; whoever runs the service reads it among the metrics
of the node."""

from prometheus_client import CollectorRegistry, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

COMMANDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class AppendMetrics:
    """One observation of each for a batch, however large it is."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.commands = Histogram(
            "kanal_append_batch_size",
            "Commands in a batch.",
            buckets=COMMANDS,
            registry=registry,
        )
        self.waited = Histogram(
            "kanal_append_wait_seconds",
            "How long that command of a batch had waited which had waited longest.",
            buckets=SECONDS,
            registry=registry,
        )
        self.took = Histogram(
            "kanal_append_seconds",
            "How long a batch took to be committed, or to fail.",
            buckets=SECONDS,
            registry=registry,
        )
