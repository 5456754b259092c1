#!/usr/bin/env bash
# A client that comes back to Centrifugo is cut as slow, with all that it missed in the history, before it was sent any.
#
# Versions: Centrifugo 6.9.1 (centrifuge v0.38.1-0.20260711082514-84d40cc4dbf6), centrifuge 5.8.0 (its JavaScript
#   client), ws 8.23.0; Go 1.26, Node.
# Guess: what a client may be behind is what `history_size` and `history_ttl` keep. Who is slow is one that does not
#   read; a client that reads at once is not slow, and what it has missed is handed to it, in pieces if need be.
# What happens: all that was missed is one answer, which is put in the client's queue, and then the queue is looked
#   at: over 1 MiB (`client.queue_max_size`) the client is cut with 3008, "slow", unless the goroutine that writes
#   has taken the answer out in between. Most attempts end so; the client comes back by itself, and asks for the
#   same again. Below it, a second limit: of 301 small publications
#   (`client.recovery_max_publication_limit` is 300) none is handed over, and `recovered` is false.
# Why it matters: a history of 1,000 lets nobody be more than 300 behind, and 300 of 4 KB are too many already. After
#   an outage all clients come back and are cut again and again, each time when its answer has been read and encoded.
#   Both limits have to be raised with the history; and a server should not take its own answer for a client's delay.
# Seen twice, of 20 attempts each (the third is a race: a client that was left to come back came through after two
# or three cuts):
#   100 of 8 KB                recovered 20, cut as slow  0, not recovered  0
#   300 of 1 B                 recovered 20, cut as slow  0, not recovered  0
#   200 of 8 KB                recovered  0, cut as slow 20, not recovered  0
#   301 of 1 B                 recovered  0, cut as slow  0, not recovered 20
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
GOBIN="$folder" go install github.com/centrifugal/centrifugo/v6@v6.9.1 > go.log 2>&1 || { cat go.log; exit 1; }
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund centrifuge@5.8.0 ws@8.23.0
cat > config.json <<'JSON'
{
  "http_server": {"address": "127.0.0.1"},
  "http_api": {"insecure": true},
  "log": {"level": "error"},
  "usage_stats": {"disabled": true},
  "client": {"allow_anonymous_connect_without_token": true},
  "channel": {"without_namespace": {
    "history_size": 1000, "history_ttl": "1h", "force_recovery": true,
    "allow_subscribe_for_client": true, "allow_subscribe_for_anonymous": true
  }}
}
JSON
cat > cases.mjs <<'JS'
import { Centrifuge } from "centrifuge";
import WebSocket from "ws";
const base = `127.0.0.1:${process.argv[2]}`;

async function api(method, request) {
  const answer = await fetch(`http://${base}/api/${method}`, { method: "POST", body: JSON.stringify(request) });
  const { result, error } = await answer.json();
  if (error) throw new Error(JSON.stringify(error));
  return result;
}
// Come back to where the channel was empty; the client reads whatever comes, at once.
function comeBack(channel, since, missed) {
  const client = new Centrifuge(`ws://${base}/connection/websocket`, { websocket: WebSocket });
  const subscription = client.newSubscription(channel, { since });
  let heard = 0;
  subscription.on("publication", () => heard++);
  return new Promise((done) => {
    subscription.on("subscribed", ({ recovered }) => // publications are told behind it
      setTimeout(() => done(recovered && heard === missed ? "recovered" : "not recovered"), 50));
    client.on("connecting", ({ code, reason }) => code === 3008 && reason === "slow" && done("cut as slow"));
    client.on("disconnected", ({ code, reason }) => done(`${code} ${reason}`));
    subscription.subscribe();
    client.connect();
  }).finally(() => client.disconnect());
}
for (const [count, size, unit] of [[100, 8, "KB"], [300, 1, "B"], [200, 8, "KB"], [301, 1, "B"]]) {
  const name = `${count} of ${size} ${unit}`, channel = name.replaceAll(" ", "-");
  const { offset = 0, epoch } = await api("history", { channel });
  const data = "x".repeat(size * (unit === "KB" ? 1000 : 1));
  for (let left = count; left > 0; left--) await api("publish", { channel, data });
  const seen = { recovered: 0, "cut as slow": 0, "not recovered": 0 };
  for (let left = 20; left > 0; left--) {
    const outcome = await comeBack(channel, { offset, epoch }, count);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  console.log(name.padEnd(27) + Object.entries(seen).map(([what, n]) => `${what} ${String(n).padStart(2)}`).join(", "));
}
process.exit(0);
JS
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
./centrifugo --config config.json --http_server.port "$port" > server.log 2>&1 & server=$!
for _ in {1..100}; do (: > "/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
timeout 300 node cases.mjs "$port" | tee seen
grep -qx '100 of 8 KB *recovered 20, cut as slow  0, not recovered  0' seen &&
  grep -qx '300 of 1 B *recovered 20, cut as slow  0, not recovered  0' seen &&
  grep -qxE '200 of 8 KB *recovered +[0-9]+, cut as slow +[1-9][0-9]*, not recovered  0' seen &&
  grep -qx '301 of 1 B *recovered  0, cut as slow  0, not recovered 20' seen ||
  { echo "changed: what was missed is handed over otherwise" >&2; exit 1; }
echo "as it was seen"
