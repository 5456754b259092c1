#!/usr/bin/env bash
# python-engineio makes a class for each request, on Sanic and as ASGI, and leaves it to the garbage collector.
#
# Versions: python-engineio 4.15.1, Sanic 25.12.1, Python 3.11.
# Guess: a request leaves instances behind, which the reference count frees as it ends; what a server
#   has of types is the same after a thousand requests as after the first.
# What happens: the drivers define a class inside the function that translates a request. A
#   class is always a part of a cycle, so the collector alone frees it, with its functions, its dict and
#   its descriptors: eight objects a request, and each class that goes clears Python's caches of methods.
#   On ASGI servers (uvicorn, Hypercorn) it is the same.
# Why it matters: to make such a class takes some 9 us, forty times as long as to make an instance of one
#   that is there; what it leaves is work for the collector, which stops the event loop meanwhile.
# Seen:
#   driver    classes left by 200 requests
#   sanic     201 (one is the first request of Sanic itself)
#   asgi      200
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-engineio==4.15.1 sanic==25.12.1
cat > classes.py <<'PY'
import asyncio, gc, sys

import engineio
from sanic import Sanic
from asking import ask

REQUESTS = 200


def left_by(serve) -> int:
    """The classes that only the collector frees after some polling handshakes."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    asyncio.run(serve())
    gc.collect()
    classes = sum(isinstance(each, type) for each in gc.garbage)
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()
    return classes


async def with_sanic() -> None:
    server = engineio.AsyncServer(async_mode="sanic", cors_allowed_origins="*")
    app = Sanic("finding", configure_logging=False)
    server.attach(app)
    app.config.ACCESS_LOG = False
    served = await app.create_server(port=0, host="127.0.0.1", return_asyncio_server=True)
    await served.startup()
    await served.start_serving()
    port = served.server.sockets[0].getsockname()[1]
    await ask(port, REQUESTS)
    served.close()


async def with_asgi() -> None:
    server = engineio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
    app = engineio.ASGIApp(server)
    for _ in range(REQUESTS):
        sent = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": "/engine.io/",
            "query_string": b"EIO=4&transport=polling", "headers": [(b"host", b"localhost")],
        }
        await app(scope, receive, send)
        assert sent[0]["status"] == 200, sent


rows = {"sanic": left_by(with_sanic), "asgi": left_by(with_asgi)}
print(f"{'driver':10}classes left by {REQUESTS} requests")
for driver, classes in rows.items():
    print(f"{driver:10}{classes}")
if not all(REQUESTS <= classes < REQUESTS + 10 for classes in rows.values()):
    sys.exit("changed: requests leave other classes behind")
PY
cat > asking.py <<'PY'
import asyncio


async def ask(port: int, times: int) -> None:
    """Open polling sessions over one connection, with the standard library alone."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(times):
        writer.write(
            b"GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        size = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(size.split(b":")[1]))
    writer.close()
PY
PYTHONPATH=. venv/bin/python classes.py 2>/dev/null
