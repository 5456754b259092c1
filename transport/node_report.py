"""What a node says of itself to its operator: whether it is ready, what it is building, what it
counts; and what the nodes say together that share a port as workers."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec
from msgspec import UNSET
from prometheus_client import Metric, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from transport.metrics import Family
from transport.schemas.answers import Health


class NodeReport(msgspec.Struct, frozen=True):
    """What one node says of itself; all but `metrics` are those of `Health`."""

    missing: list[str]
    building: list[str]
    behind: dict[str, int]
    metrics: list[Family]
    stream: str | None = None


Reports: TypeAlias = Mapping[str, NodeReport | None]
"""By the names of the workers, or by "" where the node has its port to itself. There is none of a
worker that does not answer."""


def health(reports: Reports) -> Health:
    """Whether requests may be sent to the port. A worker that does not answer accepts none, so it
    keeps nobody from being served, and is only named."""
    said = {name: report for name, report in reports.items() if report is not None}
    missing = [_of(name, what) for name, report in said.items() for what in report.missing]
    building = [_of(name, what) for name, report in said.items() for what in report.building]
    behind: dict[str, int] = {}
    for report in said.values():
        for model, positions in report.behind.items():
            behind[model] = max(positions, behind.get(model, 0))
    status = "not ready" if missing else "ready"
    streams = [_of(name, report.stream) for name, report in said.items() if report.stream]
    stream = "; ".join(streams) or UNSET
    if "" in reports:
        return Health(status, missing, building, behind, stream=stream)
    workers = {name: _state(report) for name, report in reports.items()}
    return Health(status, missing, building, behind, workers, stream)


def metrics_text(reports: Reports, *, is_open: bool = False) -> bytes:
    """The metrics of all in Prometheus' text format, version 0.0.4, or if it `is_open`, in that of
    OpenMetrics, version 1.0.0; each with its worker's name as the label `worker`, and which of them
    answers."""
    together = _Together(reports)
    generate = openmetrics.generate_latest if is_open else generate_latest
    text: bytes = generate(together)
    return text


class _Together(Collector):
    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    def collect(self) -> Iterator[Metric]:
        metrics: dict[str, Metric] = {}
        if "" not in self._reports:
            answers = Metric("kanal_worker_answers", "Whether the worker answers.", "gauge")
            for name, report in self._reports.items():
                answers.add_sample(answers.name, {"worker": name}, int(report is not None))
            yield answers
        for name, report in self._reports.items():
            label = {"worker": name} if name else {}
            for family in report.metrics if report is not None else []:
                metric = metrics.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                for sample in family.samples:
                    metric.add_sample(sample.name, sample.labels | label, sample.value)
        yield from metrics.values()


def _of(name: str, what: str) -> str:
    return f"{name}: {what}" if name else what


def _state(report: NodeReport | None) -> str:
    if report is None:
        return "does not answer"
    return "not ready" if report.missing else "ready"
