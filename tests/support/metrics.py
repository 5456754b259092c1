"""The metrics of a service and of a relay as Prometheus reads them, and what documents, alerts and
the dashboard say of them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from projections.relay.metrics import RelayMetrics
from tests.support.clients import PATIENCE

ROOT = Path(__file__).parents[2]

OPENMETRICS = "application/openmetrics-text"


async def metrics_of(url: str) -> dict[str, Metric]:
    """All metrics of a service by name, read in OpenMetrics."""
    async with httpx.AsyncClient(timeout=PATIENCE, verify=False) as http:
        answer = await http.get(f"{url}/metrics", headers={"Accept": OPENMETRICS})
    assert answer.headers["Content-Type"].startswith(OPENMETRICS)
    return {metric.name: metric for metric in text_string_to_metric_families(answer.text)}


def metrics_of_relay() -> dict[str, Metric]:
    """Those that `kanal relay --metrics` serves, of a relay that has just begun."""
    registry = CollectorRegistry()
    RelayMetrics(registry)
    text = generate_latest(registry).decode()
    return {metric.name: metric for metric in text_string_to_metric_families(text)}


def samples(metrics: dict[str, Metric]) -> list[Sample]:
    return [sample for metric in metrics.values() for sample in metric.samples]


async def value(url: str, name: str, **labels: str) -> float:
    """The sum of the samples of a name that have these labels; there must be one."""
    found = [
        sample.value
        for sample in samples(await metrics_of(url))
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    assert found, f"there is no {name} with {labels}"
    return sum(found)


@dataclass(frozen=True)
class Documented:
    """A row of the tables in docs/metrics.md."""

    name: str
    type: str
    labels: frozenset[str]


def documented() -> list[Documented]:
    rows = re.findall(
        r"^\| `(kanal_\w+)` \| (\w+) \|([^|]*)\|",
        (ROOT / "docs/metrics.md").read_text(),
        re.MULTILINE,
    )
    return [
        Documented(name, kind, frozenset(re.findall(r"`(\w+)`", labels)))
        for name, kind, labels in rows
    ]


def alerts() -> list[dict]:
    """The alerts, as Prometheus reads them."""
    (group,) = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    return group["rules"]


def alert_expressions() -> dict[str, str]:
    """The expressions of the alerts, by name."""
    return {alert["alert"]: alert["expr"] for alert in alerts()}


def dashboard() -> dict:
    return json.loads((ROOT / "deploy/grafana/kanal.json").read_text())


def dashboard_expressions() -> Iterator[str]:
    """What the panels ask, with Grafana's variables replaced as it does."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"].replace("$__rate_interval", "1m").replace("$job", ".*")


@dataclass(frozen=True)
class Selector:
    """What an expression selects: a name of samples, and labels that must have a value, by `=`."""

    name: str
    labels: frozenset[tuple[str, str]]

    def matches(self, sample: Sample) -> bool:
        return sample.name == self.name and self.labels <= sample.labels.items()


def selectors(expression: str) -> list[Selector]:
    return [
        Selector(name, frozenset(re.findall(r'(\w+)="([^"]*)"', matchers)))
        for name, matchers in re.findall(r"\b(kanal_\w+)(\{[^}]*\})?", expression)
    ]
