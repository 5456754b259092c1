#!/usr/bin/env bash
# A consumer of JetStream whose start sequence lies beyond the end of its stream begins there, or at the end: the
# version of the server decides.
#
# Versions: nats-server 2.9.10 (which Debian 12 has) and 2.15.3, nats-py 2.16.0.
# Guess: `opt_start_seq` says where a consumer begins. The stream is not as far yet: nothing comes until it is.
# What happens: 2.15.3 waits. 2.9.10 takes the end of the stream in place of the sequence, without a word, and gives
#   what is stored next, with sequences that the consumer has not asked for. An ordered consumer of the client does
#   not notice: they are in order.
# Why it matters: whoever keeps a place of their own, and comes to a stream that is still being filled anew (a mirror, a
#   restore, a replay), is told again what they have had.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check nats-py==2.16.0
cat > begin.py <<'PY'
import asyncio, subprocess, sys, tempfile
import nats
from nats.js.api import ConsumerConfig, DeliverPolicy

PORT = "24222"

async def connected():
    async def quiet(_): pass
    while True:
        try:
            return await nats.connect(f"nats://127.0.0.1:{PORT}", error_cb=quiet, max_reconnect_attempts=1)
        except (OSError, nats.errors.Error):
            await asyncio.sleep(0.1)

async def main(version, program):
    with tempfile.TemporaryDirectory() as directory:
        command = [program, "-js", "-sd", directory, "-a", "127.0.0.1", "-p", PORT]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            client = await connected()
            streams = client.jetstream()
            await streams.add_stream(name="S", subjects=["s"])
            for _ in range(5):
                await streams.publish("s", b"")
            config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=20)
            messages = await streams.subscribe("s", stream="S", ordered_consumer=True, config=config)
            for _ in range(25):
                await streams.publish("s", b"")
            first = await messages.next_msg(10)
            print(f"{version}: of 5 messages, asked from 20 on, given", first.metadata.sequence.stream)
            await client.close()
        finally:
            server.terminate()
            server.wait()

asyncio.run(main(*sys.argv[1:]))
PY
export GOPATH="$folder/go" GOFLAGS=-modcacherw
for version in 2.9.10 2.15.3; do
    GOBIN="$folder/$version" go install "github.com/nats-io/nats-server/v2@v$version" 2> log || { cat log; exit 1; }
    venv/bin/python begin.py "$version" "$folder/$version/nats-server"
done | tee seen
diff - seen <<'SEEN'
2.9.10: of 5 messages, asked from 20 on, given 6
2.15.3: of 5 messages, asked from 20 on, given 20
SEEN
