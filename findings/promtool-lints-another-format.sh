#!/usr/bin/env bash
# What Prometheus scrapes by choice, `promtool check metrics` cannot read, or finds fault with.
#
# Versions: promtool of Prometheus 2.42.0 (Debian 12), prometheus_client 0.26.0.
# Guess: the linter of a scraper reads the format that the scraper asks for first, OpenMetrics.
# What happens: it reads the older text format alone, and takes OpenMetrics for that: each counter has "no help
#   text" (its help is under the name without `_total`), status 3; with an exemplar or the time of a sample
#   it is an error of the parser, status 1. What makes a text OpenMetrics, such as its `# EOF`, is not missed.
# Why it matters: a check in a build that asks a service as Prometheus asks, or pipes a file that Prometheus
#   takes, is red for nothing, and green says nothing of the format that is scraped. Lint the text format, which
#   has the same names, and read OpenMetrics with the strict parser of prometheus_client.
# Seen:
#   a counter in                          promtool  says
#   text 0.0.4                            0
#   openmetrics                           3         asked_total no help text
#   openmetrics, with an exemplar         1         error while linting: text format parsing error
#   openmetrics, with a time              1         error while linting: text format parsing error
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v promtool >/dev/null ||
    { [ "$(id -u)" = 0 ] && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -qq --no-install-recommends prometheus; } >&2
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check prometheus_client==0.26.0
cat > linted.py <<'PY'
import subprocess, sys

from prometheus_client import CollectorRegistry, Counter, Metric, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as in_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families


class With:
    """A counter with what OpenMetrics has beside it."""

    def __init__(self, **beside):
        self.beside = beside

    def collect(self):
        metric = Metric("asked", "How often it was asked.", "counter")
        metric.add_sample("asked_total", {}, 3, **self.beside)
        yield metric


plain = With()
exemplar = type("Exemplar", (), {"labels": {"trace": "1"}, "value": 1.0, "timestamp": None})()
texts = {
    "text 0.0.4": generate_latest(plain),
    "openmetrics": in_openmetrics(plain),
    "openmetrics, with an exemplar": in_openmetrics(With(exemplar=exemplar)),
    "openmetrics, with a time": in_openmetrics(With(timestamp=1_780_000_000.5)),
}
seen = {}
print(f"{'a counter in':38}promtool  says")
for name, text in texts.items():
    if name != "text 0.0.4":
        list(text_string_to_metric_families(text.decode()))  # raises where it is not OpenMetrics
    ran = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    said = (ran.stdout + ran.stderr).decode().strip().splitlines()
    seen[name] = ran.returncode
    print(f"{name:38}{ran.returncode:<10}{said[0].partition(' in line')[0] if said else ''}".rstrip())
if list(seen.values()) != [0, 3, 1, 1]:
    sys.exit("changed: promtool reads them otherwise")
PY
venv/bin/python linted.py
