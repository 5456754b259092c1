#!/usr/bin/env bash
# The Python client spreads its waits by seconds: a short wait is often none at all, a long one hardly differs.
#
# Versions: python-socketio 5.18.1, python-engineio 4.15.1, aiohttp 3.14.5, Python 3.11;
#   socket.io-client 4.8.4 on Node 20.
# Guess: `randomization_factor` 0.5, the default, is what its documentation says and what the JavaScript
#   client's does: "each delay is randomly adjusted by +/- 50%". A first wait of 0.1 s is one of 0.05 to
#   0.15 s, one of 5 s one of 2.5 to 7.5 s.
# What happens: the factor is a number of seconds. 0.1 s becomes -0.4 to 0.6 s; whatever is below zero,
#   four waits of ten, is no wait, and the client is back a few milliseconds after it was cut off. 5 s
#   becomes 4.5 to 5.5 s: clients that lost one server come back to the next within a second.
# Why it matters: who shortens the delay to be back soon makes a client that comes at once, again and
#   again, while a server closes each connection as it drains; and the spread that should protect a
#   server after an outage is a fifth of what was asked for. Give the factor in seconds: half the delay.
# Seen (the first wait after each of 30 cuts, shortest and longest):
#   javascript, delay 0.1 s, measured  0.059 to 0.157 s
#   python, delay 0.1 s, measured      0.004 to 0.584 s
#   python, delay 5 s, as it logs it   4.50 to 5.46 s
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  python-socketio==5.18.1 python-engineio==4.15.1 aiohttp==3.14.5
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund socket.io-client@4.8.4
cat > server.py <<'PY'
import asyncio, time

import socketio
from aiohttp import web

sio = socketio.AsyncServer(async_mode="aiohttp")
transports = {}
cuts = {}


@sio.event
async def connect(sid, environ, auth):
    transports[sid] = environ["aiohttp.request"].transport


@sio.on("cut me")
async def cut_me(sid, who):
    cuts[who] = time.monotonic()
    transports[sid].abort()


@sio.on("how long")
async def how_long(sid, who):
    return time.monotonic() - cuts[who]


async def main():
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
PY
cat > client.js <<'JS'
const { io } = require("socket.io-client");
const socket = io(process.argv[2], { transports: ["websocket"], reconnectionDelay: 100 });
const waits = [];
socket.on("connect", async () => {
  if (socket.io.cut) waits.push(await socket.emitWithAck("how long", "javascript"));
  if (waits.length < 30) return (socket.io.cut = true), socket.emit("cut me", "javascript");
  console.log(Math.min(...waits).toFixed(3), Math.max(...waits).toFixed(3));
  process.exit(0);
});
JS
cat > client.py <<'PY'
import asyncio, logging, re, sys

import socketio


class Waits(logging.Handler):
    def __init__(self):
        super().__init__()
        self.heard = asyncio.Queue()

    def emit(self, record):
        if found := re.search(r"new attempt in (\S+) seconds", record.getMessage()):
            self.heard.put_nowait(float(found[1]))


async def measured():
    client, connected, waits = socketio.AsyncClient(reconnection_delay=0.1), asyncio.Queue(), []
    client.on("connect", lambda: connected.put_nowait(None))
    await client.connect(sys.argv[1], transports=["websocket"])
    await connected.get()
    for _ in range(30):
        await client.emit("cut me", "python")
        await connected.get()
        waits.append(await client.call("how long", "python"))
    await client.disconnect()
    return f"{min(waits):.3f} {max(waits):.3f}"


async def logged():
    waits, logger = [], logging.Logger("client")
    logger.addHandler(log := Waits())
    for _ in range(30):
        client = socketio.AsyncClient(reconnection_delay=5, logger=logger)
        await client.connect(sys.argv[1], transports=["websocket"])
        await client.emit("cut me", "python")
        waits.append(await log.heard.get())
        await client.shutdown()  # ends the wait
    return f"{min(waits):.2f} {max(waits):.2f}"


print(asyncio.run(asyncio.wait_for({"measured": measured, "logged": logged}[sys.argv[2]](), 60)))
PY
venv/bin/python server.py > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
javascript=$(timeout 60 node client.js "$url")
short=$(venv/bin/python client.py "$url" measured)
long=$(venv/bin/python client.py "$url" logged)
echo "javascript, delay 0.1 s, measured  ${javascript/ / to } s"
echo "python, delay 0.1 s, measured      ${short/ / to } s"
echo "python, delay 5 s, as it logs it   ${long/ / to } s"
awk -v javascript="$javascript" -v short="$short" -v long="$long" 'BEGIN {
  split(javascript, j); split(short, s); split(long, l)
  exit !(j[1] > 0.045 && s[1] < 0.04 && s[2] > 0.25 && l[1] >= 4.5 && l[2] <= 5.5) }' ||
  { echo "changed: the waits are spread otherwise" >&2; exit 1; }
