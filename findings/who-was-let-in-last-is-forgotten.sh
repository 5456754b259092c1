#!/usr/bin/env bash
# Whoever is accepted in the turn in which a server of asyncio is closed stays connected to nobody, until the collector.
#
# Versions: CPython 3.11.7, 3.12.1 and 3.13.0 (the one that runs this says which), uvloop 0.23.0.
# Guess: `server.close()` refuses those who come later. Who was accepted before gets a protocol, or is closed.
# What happens: asyncio accepts a connection in one turn and makes a transport of it in the next. If the server is closed
#   between the two, the transport is refused by an assertion, whose error is shown in debug mode alone. Nobody closes
#   the socket: no `connection_made` comes, `wait_closed()` returns, and the client waits until a collection finds the
#   transport, which is part of a cycle. uvloop serves the client instead.
# Why it matters: a service that is restarted leaves those clients waiting for their own timeout while its process goes on
#   to shut down, which may take minutes; and tests see "unclosed transport" once in some thousand runs. Stop reading
#   from the listening socket, let the loop turn a few times, and close the server then.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check uvloop==0.23.0
cat > close.py <<'PY'
import asyncio, gc, platform, socket, sys
import uvloop

async def main():
    loop, made = asyncio.get_running_loop(), []

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport):
            made.append(transport)
            transport.close()

    server = await loop.create_server(Protocol, "127.0.0.1", 0)
    # In the backlog before the loop looks; the server is closed behind that look, in the same turn.
    client = socket.create_connection(server.sockets[0].getsockname())
    client.settimeout(2)
    loop.call_later(0, server.close)
    await asyncio.sleep(0.2)
    await asyncio.wait_for(server.wait_closed(), 2)
    for moment in ("closed", "collected"):
        try:
            heard = "the end" if await asyncio.to_thread(client.recv, 1) == b"" else "something"
        except TimeoutError:
            heard = "nothing in 2 s"
        print(f"{sys.argv[1]}, {moment}: protocols made: {len(made)}; the client hears {heard}")
        gc.collect()
    client.close()

print("Python", platform.python_version(), file=sys.stderr)
gc.disable()  # what is collected is collected when this says so
with asyncio.Runner(loop_factory={"asyncio": None, "uvloop": uvloop.new_event_loop}[sys.argv[1]]) as runner:
    runner.run(main())
PY
for loop in asyncio uvloop; do
    venv/bin/python -W ignore close.py "$loop" 2>> log || { cat log; exit 1; }
done | tee seen
grep '^Python' log | sort -u
diff - seen <<'SEEN'
asyncio, closed: protocols made: 0; the client hears nothing in 2 s
asyncio, collected: protocols made: 0; the client hears the end
uvloop, closed: protocols made: 1; the client hears the end
uvloop, collected: protocols made: 1; the client hears the end
SEEN
