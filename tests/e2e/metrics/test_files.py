"""The alerts and the dashboard as Prometheus and Grafana read them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.metrics import (
    ROOT,
    alert_expressions,
    alerts,
    dashboard,
    dashboard_expressions,
)

ALERTS = ROOT / "deploy/prometheus/alerts.yml"

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (apt-get: prometheus)"
)


def promtool(*arguments: str | Path) -> str:
    result = subprocess.run(
        ["promtool", *arguments], check=False, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@needs_promtool
def test_prometheus_takes_the_alerts() -> None:
    said = promtool("check", "rules", ALERTS)
    assert f"{len(alert_expressions())} rules found" in said


@needs_promtool
def test_prometheus_of_compose_takes_its_configuration_and_asks_each_node_and_relay() -> None:
    file = ALERTS.with_name("prometheus.yml")
    assert "1 rule files found" in promtool("check", "config", file)
    (job,) = yaml.safe_load(file.read_text())["scrape_configs"]
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    nodes = {name for name in services if name.startswith("node-")}
    assert {target.partition(":")[0] for target in job["static_configs"][0]["targets"]} == nodes
    (relays,) = job["dns_sd_configs"]
    assert [relays["names"], relays["type"]] == [["relay"], "A"]
    assert f"0.0.0.0:{relays['port']}" in services["relay"]["command"]
    assert f'job="{job["job_name"]}"' in alert_expressions()["KanalDown"]


@needs_promtool
def test_each_alert_fires_when_it_should_and_not_before() -> None:
    cases = Path(__file__).with_name("alerts.test.yml")
    assert "SUCCESS" in promtool("test", "rules", cases)
    asked = [
        (case["alertname"], bool(case["exp_alerts"]))
        for test in yaml.safe_load(cases.read_text())["tests"]
        for case in test["alert_rule_test"]
    ]
    every = alert_expressions().keys()
    assert set(asked) == {(name, fires) for name in every for fires in (False, True)}


@needs_promtool
def test_prometheus_takes_what_the_dashboard_asks(tmp_path: Path) -> None:
    rules = "".join(
        f"  - record: kanal:panel_{number}\n    expr: '{expression}'\n"
        for number, expression in enumerate(dashboard_expressions())
    )
    file = tmp_path / "dashboard.yml"
    file.write_text(f"groups:\n- name: dashboard\n  rules:\n{rules}")
    promtool("check", "rules", file)


def test_the_dashboard_can_be_imported_into_any_grafana() -> None:
    file = dashboard()
    assert file["schemaVersion"] >= 36
    assert "id" not in file
    variables = {variable["name"]: variable for variable in file["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    panels = file["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "${datasource}"
            assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
    assert not _overlapping(panels)


def _overlapping(panels: list[dict]) -> list[tuple[int, int]]:
    taken: set[tuple[int, int]] = set()
    twice = []
    for place in (panel["gridPos"] for panel in panels):
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                twice += [(x, y)] if (x, y) in taken else []
                taken.add((x, y))
        assert place["x"] + place["w"] <= 24
    return twice


def test_each_alert_says_what_to_do() -> None:
    headings = re.findall(r"^#+ (.*)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    anchors = {heading.lower().replace(",", "").replace(" ", "-") for heading in headings}
    named, in_table = (
        set(re.findall(r"`(Kanal\w+)`", (ROOT / "docs" / page).read_text()))
        for page in ("operations.md", "metrics.md")
    )
    for alert in alerts():
        name, says = alert["alert"], alert["annotations"]
        assert alert["labels"]["severity"] in ("page", "warn")
        assert says["summary"] and says["description"]
        page, _, anchor = says["runbook_url"].partition("#")
        assert (page, anchor in anchors) == ("docs/operations.md", True), name
        assert name in named & in_table
