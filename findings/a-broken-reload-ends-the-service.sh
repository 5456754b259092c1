#!/usr/bin/env bash
# SIGHUP with an application that cannot be imported any more: two of four ASGI servers stop serving.
#
# Versions: uvicorn 0.54.0, gunicorn 27.0.1 with uvicorn-worker 0.4.0, granian 2.8.9, hypercorn 0.18.0,
#   Python 3.11.
# Guess: a server that reloads its workers on SIGHUP starts the new ones first, and where they do not start
#   the old ones go on; at the least it says by its exit status that it has failed.
# What happens: uvicorn and granian serve on. gunicorn ends with all that was served, once a new worker has
#   not started. hypercorn does so too, and its exit status is 0, so an init system takes it for a stop that
#   was asked for and does not start it again.
# Why it matters: a reload is what one does with an update that may be broken.
# Seen, with two workers, six seconds after the SIGHUP:
#   uvicorn     serves
#   gunicorn    has ended, as failed (status 1 or 3)
#   granian     serves
#   hypercorn   has ended, as if it was asked to (status 0)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check uvicorn==0.54.0 gunicorn==27.0.1 \
  uvicorn-worker==0.4.0 granian==2.8.9 hypercorn==0.18.0
cat > good.py <<'PY'
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})
PY
cat > reload.py <<'PY'
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = {
    "uvicorn": "uvicorn --workers 2 --port PORT live:app",
    "gunicorn": "gunicorn -w 2 -k uvicorn_worker.UvicornWorker -b 127.0.0.1:PORT live:app",
    "granian": "granian --interface asgi --workers 2 --port PORT live:app",
    "hypercorn": "hypercorn -w 2 -b 127.0.0.1:PORT live:app",
}


def serves(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False


def outcome(command: str) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shutil.copy("good.py", "live.py")
    with Path("log").open("w") as log:
        process = subprocess.Popen(
            f"venv/bin/{command}".replace("PORT", str(port)).split(),
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + 30
            while not serves(port) and time.monotonic() < deadline:
                time.sleep(0.1)
            time.sleep(1)  # the second worker
            process.send_signal(signal.SIGHUP)
            time.sleep(5)
            assert serves(port), "a reload of what is good fails"
            Path("live.py").write_text("raise RuntimeError('an update that is broken')\n")
            process.send_signal(signal.SIGHUP)
            time.sleep(6)
            status = process.poll()
            if status is not None:
                return f"has ended, {'as failed' if status else 'as if it was asked to'}"
            return "serves" if serves(port) else "does not serve"
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


seen = {name: outcome(command) for name, command in COMMANDS.items()}
for name, what in seen.items():
    print(f"{name:12}{what}")
if seen != {
    "uvicorn": "serves",
    "gunicorn": "has ended, as failed",
    "granian": "serves",
    "hypercorn": "has ended, as if it was asked to",
}:
    sys.exit("changed: other servers outlive a broken reload")
PY
venv/bin/python reload.py
