#!/usr/bin/env bash
# A WebSocket that is lost in the middle of an upgrade leaves the JavaScript client mute until its ping timeout.
#
# Versions: socket.io 4.8.4, socket.io-client 4.8.4, Node 20.
# Guess: an upgrade that fails leaves polling as it was: the client says `upgradeError` and polls on. The
#   protocol says that the upgrade is only a probe.
# What happens: once its probe is answered the client lets the poll that stands open return and polls no more.
#   If the WebSocket is lost before that poll is back, `upgradeError` is emitted, and that is all: no poll
#   follows, nothing is heard, what is emitted waits, `connected` stays true, until the server's ping does not
#   come. By default that is 45 seconds.
# Why it matters: behind a balancer the WebSocket and the poll end at different servers, so the one may die
#   alone; and a stop of a server falls into this window the surer the more clients have just come. A server
#   can hold the poll back until it knows that the answer to the probe has arrived, and let it fail if the
#   WebSocket is lost before.
# Seen (with pings each 2 s, given up after 1 s; one event emitted at once after the loss):
#   upgradeError, still connected, heard 0 events, and polled 0 times more
#   disconnected by "ping timeout"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund socket.io@4.8.4 socket.io-client@4.8.4
cat > run.js <<'JS'
const http = require("http");
const net = require("net");
const { Server } = require("socket.io");
const { io } = require("socket.io-client");

const server = http.createServer();
const sockets = new Server(server, { pingInterval: 2000, pingTimeout: 1000 });
let polls = null; // counted once the WebSocket is lost

// Answers to polls take 300 ms on their way; the WebSocket ends behind the answer to its probe.
const proxy = net.createServer((client) => {
  const origin = net.connect(server.address().port, "127.0.0.1");
  let isWebSocket = false;
  client.on("data", (data) => {
    isWebSocket ||= data.includes("transport=websocket");
    if (polls !== null && data.includes("GET ") && !isWebSocket) polls += 1;
    origin.write(data);
  });
  origin.on("data", (data) => {
    if (!isWebSocket) return setTimeout(() => client.write(data), 300);
    client.write(data);
    if (data.includes("3probe")) setTimeout(() => client.destroy(), 50);
  });
  for (const [one, other] of [[client, origin], [origin, client]]) {
    one.on("error", () => {});
    one.on("close", () => setTimeout(() => other.destroy(), 400)); // behind what is on its way
  }
});

server.listen(0, "127.0.0.1", () => proxy.listen(0, "127.0.0.1", () => {
  const client = io(`http://127.0.0.1:${proxy.address().port}`, { reconnection: false });
  let heard = 0;
  client.on("told", () => (heard += 1));
  client.io.engine.on("upgradeError", () => {
    sockets.emit("told");
    setTimeout(() => (polls = 0), 500); // the poll that stood open is back by then
    setTimeout(() => console.log(
      `upgradeError, ${client.connected ? "still connected" : "disconnected"}, heard ${heard}` +
      ` events, and polled ${polls} times more`), 1500);
  });
  client.on("disconnect", (reason) => {
    console.log(`disconnected by "${reason}"`);
    process.exit(0);
  });
}));
JS
timeout 60 node run.js | tee output
diff output - <<'SEEN' || { echo "changed: a lost upgrade is noticed otherwise" >&2; exit 1; }
upgradeError, still connected, heard 0 events, and polled 0 times more
disconnected by "ping timeout"
SEEN
