#!/usr/bin/env bash
# Each request of httpx in asyncio looks through the whole import path for a module that nothing installs any more.
#
# Versions: httpx 0.28.1, httpcore 1.0.9, anyio 4.16.0 of Python 3.11.
# Guess: what a library imports optionally it looks for once, and remembers that it is not there.
# What happens: httpcore asks the module sniffio which event loop it runs in, each time that one of its locks or
#   events is first waited for, and passes over that it is not there. anyio brought sniffio up to 4.11, and does
#   not any more, so that nobody has it. Python keeps no import that failed: each time it asks every entry of the
#   import path. With sniffio installed it is found once and kept.
# Why it matters: it is paid several times for each new connection, in the event loop, and is dearer the longer
#   the import path is; a sender of many short requests is faster by `pip install sniffio`.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1 httpcore==1.0.9 anyio==4.16.0
cat > count.py <<'PY'
import asyncio
import importlib.util
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Sought:
    """Counts how often the module is looked for; finds nothing itself."""

    times = 0

    def find_spec(self, name, path=None, target=None):
        self.times += name == "sniffio"


async def main(url, sought):
    counts = []
    for _ in range(3):
        async with httpx.AsyncClient(trust_env=False) as client:
            before = sought.times
            await client.get(url)
            counts.append(sought.times - before)
    return counts


with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    is_there = importlib.util.find_spec("sniffio") is not None
    sys.meta_path.insert(0, sought := Sought())
    counts = asyncio.run(main(f"http://127.0.0.1:{server.server_port}", sought))
    server.shutdown()
print("sniffio is", "there:" if is_there else "missing:", *("again" if n else "no more" for n in counts[1:]))
PY
{
    venv/bin/python count.py
    venv/bin/pip install --quiet --disable-pip-version-check sniffio==1.3.1
    venv/bin/python count.py
} | tee seen
diff - seen <<'SEEN'
sniffio is missing: again again
sniffio is there: no more no more
SEEN
echo "as it was seen"
