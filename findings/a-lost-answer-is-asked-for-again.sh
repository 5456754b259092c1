#!/usr/bin/env bash
# aiohttp sends a GET again whose connection ends before the answer: an Engine.IO poll repeated so loses events in silence.
#
# Versions: aiohttp 3.14.5, python-socketio 5.18.1, python-engineio 4.15.1, Python 3.11;
#   socket.io-client 4.8.4 on Node 20.
# Guess: where the connection of a long poll is cut while its answer is on the way, the request fails, the
#   client is told `disconnect`, connects anew, and knows that it may have missed something.
# What happens: so it is with the JavaScript client. aiohttp sends each GET once more, whose connection ends
#   before the head of an answer has come, over a new connection and with the same URL; that is on by default,
#   and is not for kept connections alone. The server takes the second request for the client's next poll.
#   What the lost answer held is gone, and nobody is told: no error, no `disconnect`, the same session.
# Why it matters: what a server sent is lost on a connection that both sides take for whole. Go's HTTP client
#   repeats as well, and so do proxies made of it, over kept connections. The URL tells: clients write a `t`
#   into it that is another one for each poll, so one that comes twice is a repetition.
# Seen (three events are sent; the answer with the second is cut off):
#   client      heard        disconnects
#   python      one three    0
#   javascript  one          1
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
import asyncio, re

import socketio
from aiohttp import web

sio = socketio.AsyncServer(async_mode="aiohttp")


@sio.event
async def say(sid, what):
    await sio.emit(what, to=sid)


async def cut_off_two(reader, writer, port):
    """Pass requests on, one after the other, and end the connection in place of an answer that says two."""
    there, back = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            for source, sink in ((reader, back), (there, writer)):
                head = await source.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                body = await source.readexactly(int(length[1]) if length else 0)
                if source is there and b'"two"' in body:
                    return
                sink.write(head + body)
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()
        back.close()


async def main():
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    proxy = await asyncio.start_server(lambda r, w: cut_off_two(r, w, port), "127.0.0.1", 0)
    print(proxy.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
PY
cat > client.py <<'PY'
import asyncio, sys

import socketio


async def main():
    client, heard, news, disconnects = socketio.AsyncClient(reconnection=False), [], asyncio.Queue(), []
    client.on("disconnect", lambda reason: (disconnects.append(reason), news.put_nowait(None)))
    client.on("*", lambda name: (heard.append(name), news.put_nowait(None)))
    await client.connect(sys.argv[1], transports=["polling"])
    await client.emit("say", "one")
    await news.get()
    await client.emit("say", "two")
    await asyncio.sleep(1)
    if not disconnects:
        await client.emit("say", "three")
        await news.get()
    print(" ".join(heard), len(disconnects), sep=";")


asyncio.run(asyncio.wait_for(main(), 60))
PY
cat > client.js <<'JS'
const { io } = require("socket.io-client");
const socket = io(process.argv[2], { transports: ["polling"], reconnection: false });
const heard = [];
const end = (disconnects) => (console.log(`${heard.join(" ")};${disconnects}`), process.exit(0));
socket.on("disconnect", () => end(1));
socket.onAny((name) => {
  heard.push(name);
  if (name === "three") end(0);
  socket.emit("say", "two");
  setTimeout(() => socket.emit("say", "three"), 1000);
});
socket.on("connect", () => socket.emit("say", "one"));
JS
venv/bin/python server.py > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
echo "client      heard        disconnects"
python=$(venv/bin/python client.py "$url" 2>/dev/null)
printf 'python      %-13s%s\n' "${python%;*}" "${python#*;}"
javascript=$(timeout 60 node client.js "$url")
printf 'javascript  %-13s%s\n' "${javascript%;*}" "${javascript#*;}"
[[ $python == "one three;0" && $javascript == "one;1" ]] || { echo "changed: who repeats what" >&2; exit 1; }
