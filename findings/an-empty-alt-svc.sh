#!/usr/bin/env bash
# The same Sanic app sends an empty Alt-Svc header with each answer, or does not, by how it was started.
#
# Versions: Sanic 25.12.1, Python 3.11.
# Guess: an app's answers are the same, whether `app.run` serves it or `app.create_server`, which Sanic's
#   documentation has for a loop of one's own.
# What happens: the code that answers has a line `headers["alt-svc"] = ""`, and as a server starts, Sanic
#   rewrites that function of its own: the line goes if all servers that `run` has prepared speak one version
#   of HTTP. `create_server` prepares none, none is not one, and the line stays.
# Why it matters: a value is needed there (RFC 7838, 3: `clear`, or one alternative at least), proxies pass the
#   empty one on, and checks of answers against the standard fail in production alone or in tests alone,
#   whichever of the two is started so.
# Seen:
#   started by     alt-svc
#   run            none
#   create_server  empty
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sanic==25.12.1
cat > served.py <<'PY'
import asyncio, sys

from sanic import Sanic, text

app = Sanic("finding", configure_logging=False)
app.config.MOTD = False
PORT = int(sys.argv[2])


@app.get("/")
async def hello(_):
    return text("hello")


async def own_loop():
    server = await app.create_server(host="127.0.0.1", port=PORT, return_asyncio_server=True)
    await server.startup()
    await server.serve_forever()


if sys.argv[1] == "run":
    app.run(host="127.0.0.1", port=PORT, single_process=True, access_log=False)
else:
    asyncio.run(own_loop())
PY
cat > ask.py <<'PY'
import http.client, socket, subprocess, sys, time


def alt_svc(started_by: str) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = subprocess.Popen(["venv/bin/python", "served.py", started_by, str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/")
                value = connection.getresponse().getheader("Alt-Svc")
                return "none" if value is None else value or "empty"
            except OSError:
                time.sleep(0.05)
    finally:
        served.terminate()
        served.wait()
    sys.exit(f"{started_by}: no answer")


seen = {started_by: alt_svc(started_by) for started_by in ("run", "create_server")}
print(f"{'started by':15}alt-svc")
for started_by, value in seen.items():
    print(f"{started_by:15}{value}")
if seen != {"run": "none", "create_server": "empty"}:
    sys.exit("changed: the header is sent otherwise")
PY
python3 ask.py
