#!/usr/bin/env bash
# `fetch` of nats-py, where there is nothing to fetch, ends in three ways, and only one of them is the documented error.
#
# Versions: nats-py 2.16.0, nats-server 2.9.10 (which Debian 12 has) and 2.15.3.
# Guess: it raises `nats.errors.TimeoutError`, as the documents and all examples have it; `except` of that name is enough.
# What happens: the server's word that the time is up and the client's own timer come within a tenth of a millisecond of
#   each other. By which is first, and how soon the client's loop gets to it, `fetch` raises that error, returns an empty
#   list, or raises the built-in TimeoutError, which the name does not catch: it is the base of the library's, not the
#   other way round. With 2.15.3, too.
# Why it matters: a consumer written after the examples ends with a traceback after some minutes of silence, and what it
#   does "when nothing is new" is left out whenever the list is empty. Catch TimeoutError, and treat an empty list alike.
# Seen: the table at the end of this script; of 300 fetches of 50 ms, 1 to 60 returned an empty list, and 2 to 30 raised
#   the built-in error.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check nats-py==2.16.0
cat > fetch.py <<'PY'
import asyncio, collections, subprocess, sys, tempfile, time
import nats

PORT = "24223"

async def connected():
    async def quiet(_): pass
    while True:
        try:
            return await nats.connect(f"nats://127.0.0.1:{PORT}", error_cb=quiet, max_reconnect_attempts=1)
        except (OSError, nats.errors.Error):
            await asyncio.sleep(0.1)

async def busy():
    """A loop that has something else to do, a few milliseconds at a time."""
    while True:
        time.sleep(0.004)
        await asyncio.sleep(0.0005)

async def main(version, program):
    with tempfile.TemporaryDirectory() as directory:
        command = [program, "-js", "-sd", directory, "-a", "127.0.0.1", "-p", PORT]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            client = await connected()
            streams = client.jetstream()
            await streams.add_stream(name="S", subjects=["s"])
            messages = await streams.pull_subscribe("s", durable="d")
            ends, work = collections.Counter(), asyncio.create_task(busy())
            for _ in range(3000):
                if len(ends) == 3:
                    break
                try:
                    ends[f"{await messages.fetch(10, timeout=0.05)}"] += 1
                except Exception as error:
                    ends[f"{type(error).__module__}.{type(error).__name__}"] += 1
            work.cancel()
            print(dict(ends), file=sys.stderr)
            print(f"{version}:", ", ".join(sorted(ends)))
            await client.close()
        finally:
            server.terminate()
            server.wait()

asyncio.run(main(*sys.argv[1:]))
PY
export GOPATH="$folder/go" GOFLAGS=-modcacherw
for version in 2.9.10 2.15.3; do
    GOBIN="$folder/$version" go install "github.com/nats-io/nats-server/v2@v$version" 2> log || { cat log; exit 1; }
    venv/bin/python fetch.py "$version" "$folder/$version/nats-server"
done | tee seen
diff - seen <<'SEEN'
2.9.10: [], builtins.TimeoutError, nats.errors.TimeoutError
2.15.3: [], builtins.TimeoutError, nats.errors.TimeoutError
SEEN
