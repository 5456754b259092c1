#!/usr/bin/env bash
# nginx takes a server in again when a request to it ends: where all requests are WebSockets, it hardly does.
#
# Versions: nginx 1.22.1 (Debian 12), websockets 17.4, Python 3.11.
# Guess: `max_fails=1 fail_timeout=3s` (1 and 10 s are the defaults) locks a server that refused a connection
#   out for three seconds. Then it is tried, a WebSocket that opens proves that it is well, and it has
#   its share again.
# What happens: after three seconds nginx lets one request through, and counts the server as failed until
#   that request has ended, or lets in one more after three more seconds. An answer that begins, also
#   `101 Switching Protocols`, proves nothing: the end of the request does. A WebSocket that stays open is
#   a probe without an end, so the server gets one client in each `fail_timeout`, for ever.
#   Where every server was restarted, one after the other, the clients of the last one find all of them
#   locked out and are answered 502, all but one client a server and `fail_timeout`.
# Why it matters: a rolling restart, in which each server is away for a moment and all are well again, keeps
#   most clients out for as long as the lockout lasts and loads one server with nearly all of the others.
#   With `max_fails=0` a refused connection goes to the next server, and no server is locked out.
# Seen (120 clients in 12 s, over two servers that are both up; b, or first b and then a, were away just
# before and refused one connection):
#   away  clients     max_fails    to a  to b  502
#   b     requests    the default    78    42    0
#   b     websockets  the default   117     3    0
#   both  websockets  the default     3     3  114
#   both  websockets  0              60    60    0
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
PATH=$PATH:/usr/sbin
command -v nginx > /dev/null || apt-get install -y -qq --no-install-recommends nginx-light > /dev/null
[[ $(nginx -v 2>&1) == *1.22.1* ]] || { echo "nginx 1.22.1 is needed" >&2; exit 1; }
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check websockets==17.4
cat > lockout.py <<'PY'
import asyncio, collections, contextlib, http, socket, subprocess, sys
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import InvalidStatus

CLIENTS, EVERY = 120, 0.1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(name):
    """Plain requests are answered with the server's name; WebSockets are told it."""

    def process(connection, request):
        if "Upgrade" not in request.headers:
            return connection.respond(http.HTTPStatus.OK, name)

    async def tell(websocket):
        await websocket.send(name)
        await websocket.wait_closed()

    return tell, process


async def up(name, port):
    tell, process = answer(name)
    return await serve(tell, "127.0.0.1", port, process_request=process, ping_interval=None)


async def request(port):
    """Who answers a plain request, or its status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status = head.split()[1].decode()
    return body.decode() if status == "200" else status


async def websocket(port, opened):
    """Whom a WebSocket reaches, which stays open; or the status that refuses it."""
    try:
        client = await opened.enter_async_context(connect(f"ws://127.0.0.1:{port}", ping_interval=None))
    except InvalidStatus as error:
        return str(error.response.status_code)
    return await client.recv()


async def row(folder, away, kind, parameters):
    ports = {"a": free_port(), "b": free_port()}
    port = free_port()
    folder.mkdir()
    Path(folder, "conf").write_text(f"""
daemon off; pid {folder}/pid; error_log {folder}/log; worker_processes 1; events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  upstream servers {{
    server 127.0.0.1:{ports["a"]} {parameters}; server 127.0.0.1:{ports["b"]} {parameters};
  }}
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://servers; proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
    }}
  }}
}}""")
    nginx = subprocess.Popen(["nginx", "-p", str(folder), "-c", f"{folder}/conf", "-e", f"{folder}/log"])
    servers = {name: await up(name, at) for name, at in ports.items()}
    seen = collections.Counter()
    async with contextlib.AsyncExitStack() as opened:
        try:
            while True:
                with contextlib.suppress(OSError):
                    await request(port)
                    break
                await asyncio.sleep(0.05)
            for name in away:
                servers[name].close()
                await servers[name].wait_closed()
                for _ in range(2):  # one of them is for the server that is away
                    await request(port)
                servers[name] = await up(name, ports[name])
            for _ in range(CLIENTS):
                seen[await (request(port) if kind == "requests" else websocket(port, opened))] += 1
                await asyncio.sleep(EVERY)
        finally:
            nginx.terminate()
            nginx.wait()
    for server in servers.values():
        server.close()
    return seen


async def main():
    lines = await asyncio.gather(*(
        row(Path(sys.argv[1], str(number)), away, kind, parameters)
        for number, (away, kind, parameters) in enumerate(ROWS)
    ))
    print("away  clients     max_fails    to a  to b  502")
    for (away, kind, parameters), seen in zip(ROWS, lines):
        named = "the default" if "=3s" in parameters else "0"
        print(f"{'both' if len(away) == 2 else away:6}{kind:12}{named:11}"
              f"{seen['a']:6}{seen['b']:6}{seen['502']:5}")
    short, long, both, never = lines
    as_seen = (
        short["b"] > 30 and 1 <= long["b"] <= 5 and both["502"] > 90
        and never["502"] == 0 and abs(never["a"] - never["b"]) <= 2
    )
    sys.exit(0 if as_seen else "changed: the server is taken in again otherwise")


DEFAULT = "fail_timeout=3s"  # and max_fails=1
ROWS = [
    ("b", "requests", DEFAULT), ("b", "websockets", DEFAULT),
    ("ba", "websockets", DEFAULT), ("ba", "websockets", "max_fails=0"),
]
asyncio.run(main())
PY
timeout 120 venv/bin/python lockout.py "$folder" 2> errors || { cat errors >&2; exit 1; }
