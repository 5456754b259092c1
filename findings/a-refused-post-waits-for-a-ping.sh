#!/usr/bin/env bash
# A POST that is refused over long-polling: the Python client sends nothing more, and notices when the server pings it.
#
# Versions: python-socketio 5.18.1 (python-engineio 4.15.1) with aiohttp 3.14.3, both clients, on CPython 3.11.
# Guess: packets that are refused end the connection at once, as with the JavaScript client; and `connect` with
#   `wait_timeout=1` has connected or raises after a second.
# What happens: what writes ends without a word, and what reads waits for the poll that stands. Until the server says
#   something, with its next ping at the latest, `connected` is true and nothing that is emitted goes out. Where it is
#   the first POST that is refused, `connect` gives up after its second; of AsyncClient, its own disconnect then waits
#   for the poll.
# Why it matters: a balancer or a node that refuses one POST costs the client up to `pingInterval` (25 s by default), and
#   AsyncClient's `connect` that long as well.
# Seen (seconds, with a `pingInterval` of 5 s; the POST is refused a moment after the poll began):
#   client        refused             over after  emitted, and heard by the server
#   AsyncClient   the first POST      5           -
#   AsyncClient   when connected      5           0 of 3
#   Client        when connected      5           0 of 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check python-socketio==5.18.1 python-engineio==4.15.1 aiohttp==3.14.3 requests==2.34.2 websocket-client==1.9.0
cat > refused.py <<'PY'
import asyncio
import sys
import time

import socketio
from aiohttp import web

PING = 5
heard = []
passes = 0  # POSTs that are still to be passed on


@web.middleware
async def refuse(request, handler):
    global passes
    if request.method == "POST":
        passes -= 1
        if passes == -1:
            return web.Response(status=503)
    return await handler(request)


class Asyncio:
    def __init__(self):
        self.sio = socketio.AsyncClient(reconnection=False)

    async def do(self, name, *args, **more):
        return await getattr(self.sio, name)(*args, **more)


class Threads(Asyncio):
    def __init__(self):
        self.sio = socketio.Client(reconnection=False)

    async def do(self, name, *args, **more):
        return await asyncio.to_thread(getattr(self.sio, name), *args, **more)


async def over_after(kind, url, first):
    """Seconds until it is over, and how many events were heard of those emitted meanwhile."""
    global passes
    client, ended = kind(), asyncio.Event()
    loop = asyncio.get_running_loop()
    client.sio.on("disconnect", lambda *_: loop.call_soon_threadsafe(ended.set))
    heard.clear()
    passes = 0 if first else 1_000
    begin = time.monotonic()
    try:
        await client.do("connect", url, transports=["polling"], wait_timeout=1 if first else 10)
    except socketio.exceptions.ConnectionError:
        return round(time.monotonic() - begin), None
    passes = 0
    for number in range(3):
        await client.do("emit", "said", number)
        await asyncio.sleep(0.2)
    assert client.sio.connected
    await asyncio.wait_for(ended.wait(), 3 * PING)
    return round(time.monotonic() - begin), len(heard)


async def main():
    app = web.Application(middlewares=[refuse])
    server = socketio.AsyncServer(async_mode="aiohttp", ping_interval=PING, ping_timeout=20)
    server.on("said", lambda sid, number: heard.append(number))
    server.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    print("client        refused             over after  emitted, and heard by the server")
    changed = False
    for name, kind, first in (("AsyncClient", Asyncio, True), ("AsyncClient", Asyncio, False), ("Client", Threads, False)):
        seconds, arrived = await over_after(kind, url, first)
        told = "-" if arrived is None else f"{arrived} of 3"
        print(f"{name:13} {'the first POST' if first else 'when connected':19} {seconds:<11} {told}")
        changed |= not PING - 1 <= seconds <= PING + 1 or arrived not in (None, 0)
    await runner.cleanup()
    if changed:
        sys.exit("changed: a refused POST is noticed at another time, or what was emitted arrives")


asyncio.run(main())
PY
timeout 90 bin/python refused.py
