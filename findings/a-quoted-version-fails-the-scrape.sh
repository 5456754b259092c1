#!/usr/bin/env bash
# Python's Prometheus client negotiates the format by rules of its own: a quoted version is an error 500.
#
# Versions: prometheus_client 0.26.0, Python 3.11.
# Guess: Accept is read as RFC 9110 has it: a parameter may be quoted (5.6.6), q says what is preferred and
#   q=0 what is not wanted (12.4.2), and an answer names the version in which it is written.
# What happens: `version="1.0.0"` is compared with its quotes, as text with a number: TypeError, and the client's
#   own server answers 500, as it does to any version that is not all numbers. q is not read. A version that
#   nobody has written yet is named in the answer, with the text of an older one.
# Why it matters: which format is told is up to who scrapes. A proxy or an agent that writes the header anew, as
#   it may, has every scrape of a service fail that Prometheus itself scrapes well; and anybody who can reach the
#   path can fill its log with tracebacks. Negotiate by the framework's own means, and give the client's encoders
#   the format.
# Seen:
#   Accept                                             answer
#   openmetrics; version=1.0.0                         200 openmetrics 1.0.0
#   openmetrics; version="1.0.0"                       500
#   openmetrics; version=1.0.0-rc1                     500
#   openmetrics;q=0.1, text/plain;q=1                  200 openmetrics 1.0.0
#   openmetrics;q=0, text/plain                        200 openmetrics 1.0.0
#   openmetrics; version=3.7.1                         200 openmetrics 3.7.1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check prometheus_client==0.26.0
cat > asked.py <<'PY'
import http.client, io, re, sys
from contextlib import redirect_stderr

from prometheus_client import Counter, start_http_server

Counter("seen", "It is there.").inc()
server, thread = start_http_server(0, addr="127.0.0.1")
LONG = "application/openmetrics-text"
EXPECTED = {
    "openmetrics; version=1.0.0": "200 openmetrics 1.0.0",
    'openmetrics; version="1.0.0"': "500",
    "openmetrics; version=1.0.0-rc1": "500",
    "openmetrics;q=0.1, text/plain;q=1": "200 openmetrics 1.0.0",
    "openmetrics;q=0, text/plain": "200 openmetrics 1.0.0",
    "openmetrics; version=3.7.1": "200 openmetrics 3.7.1",
}


def ask(accept: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    with redirect_stderr(io.StringIO()):  # the traceback of a request that failed
        connection.request("GET", "/metrics", headers={"Accept": accept.replace("openmetrics", LONG, 1)})
        answer = connection.getresponse()
        answer.read()
    found = re.match(rf"{LONG}; version=([^;]+)", answer.headers["Content-Type"] or "")
    return f"{answer.status}" + (f" openmetrics {found[1]}" if found and answer.status == 200 else "")


seen = {accept: ask(accept) for accept in EXPECTED}
print(f"{'Accept':51}answer")
for accept, answer in seen.items():
    print(f"{accept:51}{answer}")
server.shutdown()
if seen != EXPECTED:
    sys.exit("changed: it negotiates otherwise")
PY
venv/bin/python asked.py
