#!/usr/bin/env bash
# Over long-polling, a stock Python client loses an event without a sign: its HTTP library repeats the poll.
#
# Versions: python-socketio 5.18.1, python-engineio 4.15.1, aiohttp 3.14.5, Python 3.11;
#   socket.io-client 4.8.4 on Node 20.
# Guess: a connection that ends with the answer of a poll on its way fails that poll, so the client is
#   disconnected, comes back, and whatever it missed can be asked for. A client of one library does as the
#   other's does.
# What happens: aiohttp sends a GET once more by itself where a connection that was used before ends without
#   an answer, though the server had read the request and answered it. The second poll waits for what comes
#   next; the events of the first answer are gone, and `disconnect` is never called. The JavaScript client is
#   disconnected, and comes back.
# Why it matters: "at most once" is what Socket.IO says of itself, with a reconnect as the sign to look for
#   more. Here there is no sign. A server that keeps what it sent can notice: both polls have the same `t`.
# Seen (three events, the connection ended with the answer that held the second):
#   python      heard 1 3, disconnected 0 times
#   javascript  heard 1, disconnected 1 time
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
"""A stock server, and before it a proxy that ends the connection of the next answer that has MARK."""
import asyncio

import socketio
from aiohttp import web

sio = socketio.AsyncServer(async_mode="aiohttp")
MARK = b'["told",2]'


@sio.on("tell")
async def tell(sid, number):
    await sio.emit("told", number, to=sid)


async def copy(reader, writer, other, *, drops):
    try:
        while data := await reader.read(65_536):
            if drops and MARK in data:
                break
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()
    other.close()


async def main():
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def accept(reader, writer):
        from_server, to_server = await asyncio.open_connection(*runner.addresses[0])
        await asyncio.gather(
            copy(reader, to_server, writer, drops=False),
            copy(from_server, writer, to_server, drops=True),
        )

    proxy = await asyncio.start_server(accept, "127.0.0.1", 0)
    print(proxy.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
PY
cat > client.py <<'PY'
import asyncio, os, sys

import socketio


async def main():
    client, heard, lost, more = socketio.AsyncClient(), [], [], asyncio.Event()

    @client.on("told")
    async def told(number):
        heard.append(str(number))
        more.set()

    @client.event
    async def disconnect(reason):
        lost.append(reason)
        more.set()

    await client.connect(sys.argv[1], transports=["polling"])
    for number in (1, 2, 3):
        if number == 2:
            await client.emit("tell", 2)
            await asyncio.sleep(1)  # its answer is dropped; the poll is there again by now
            continue
        more.clear()
        await client.emit("tell", number)
        await more.wait()
    print(f"heard {' '.join(heard)}, disconnected {len(lost)} times", flush=True)
    os._exit(0)


asyncio.run(asyncio.wait_for(main(), 30))
PY
cat > client.js <<'JS'
const { io } = require("socket.io-client");
const socket = io(process.argv[2], { transports: ["polling"], reconnection: false });
const heard = [];
socket.on("told", (number) => (heard.push(number), socket.emit("tell", number + 1)));
socket.on("connect", () => socket.emit("tell", 1));
socket.on("disconnect", () => {
  console.log(`heard ${heard.join(" ")}, disconnected 1 time`);
  process.exit(0);
});
JS
venv/bin/python server.py > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
python=$(venv/bin/python client.py "$url")
javascript=$(timeout 60 node client.js "$url")
echo "python      $python"
echo "javascript  $javascript"
[[ $python == "heard 1 3, disconnected 0 times" && $javascript == "heard 1, disconnected 1 time" ]] ||
  { echo "changed: a lost poll is noticed otherwise" >&2; exit 1; }
