#!/usr/bin/env bash
# The Go client writes its place into the `auth` map that it was given: a second socket takes over the first one's session.
#
# Versions: github.com/zishang520/socket.io/clients/socket/v3 v3.0.6, Go 1.26; socket.io and
#   socket.io-client 4.8.4 on Node 20, connectionStateRecovery on.
# Guess: `auth` is read. A new socket, made with the same options as one that is gone, starts as a
#   stranger, as in the JavaScript client, which copies what it sends.
# What happens: when a socket comes back, its `pid` and `offset` are put into the caller's own map, and
#   stay there. A socket made later from the same options sends them with its first CONNECT: the server
#   recovers the session that it never had. It gets the id and the rooms of the other, and only what
#   came after the other's place; yet its own Recovered() is false, since it has no pid to compare.
# Why it matters: options are written once, and a socket that was given up is replaced by a new one. A
#   server that takes pid and offset for "has read so far" tells the newcomer that nothing is missing,
#   while it holds nothing. Make a new map for each socket; and where it matters, compare what the
#   server says with what the socket itself has heard.
# Seen (the first socket joins a room, is cut off, comes back, is cut off for good; of the second, which is
# made of the same options:)
#   javascript  sent a place: false  the server: recovered false, in the room false  the client: recovered false
#   go          sent a place: true  the server: recovered true, in the room true  the client: recovered false
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund socket.io@4.8.4 socket.io-client@4.8.4
cat > go.mod <<'MOD'
module finding
go 1.26
require github.com/zishang520/socket.io/clients/socket/v3 v3.0.6
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

var options = socket.DefaultOptions()

// open connects a socket; what arrives in the channel is what the server said of it.
func open() (*socket.Socket, chan string) {
	client, err := socket.Connect(os.Args[1], options)
	if err != nil {
		panic(err)
	}
	welcomes := make(chan string, 9)
	client.On("welcome", func(said ...any) { welcomes <- fmt.Sprint(said[0]) })
	return client, welcomes
}

func main() {
	time.AfterFunc(20*time.Second, func() { os.Exit(1) })
	options.SetTransports(types.NewSet(transports.WebSocket))
	options.SetForceNew(true)
	options.SetAuth(map[string]any{"user": "u"})
	first, welcomes := open()
	<-welcomes
	first.Emit("cut me")
	<-welcomes // it is back
	first.Io().SetReconnection(false)
	gone := make(chan bool, 1)
	first.On("disconnect", func(...any) { gone <- true })
	first.Emit("cut me")
	<-gone // for good
	time.Sleep(300 * time.Millisecond) // the server knows it, too
	second, welcomes := open()
	fmt.Printf("%s  the client: recovered %v\n", <-welcomes, second.Recovered())
	os.Exit(0)
}
GO
{ go mod tidy && go build -o client . ; } > go.log 2>&1 || { cat go.log; exit 1; }
cat > client.js <<'JS'
const { io } = require("socket.io-client");
const { once } = require("events");
const options = { transports: ["websocket"], forceNew: true, auth: { user: "u" } };
(async () => {
  const first = io(process.argv[2], options);
  await once(first, "welcome");
  first.emit("cut me");
  await once(first, "welcome"); // it is back
  first.io.reconnection(false);
  first.emit("cut me");
  await once(first, "disconnect"); // for good
  await new Promise((resolve) => setTimeout(resolve, 300)); // the server knows it, too
  const second = io(process.argv[2], options);
  const [said] = await once(second, "welcome");
  console.log(`${said}  the client: recovered ${second.recovered}`);
  process.exit(0);
})();
JS
cat > server.js <<'JS'
const { Server } = require("socket.io");
const server = require("http").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));
new Server(server, { connectionStateRecovery: {} }).on("connection", (socket) => {
  const isIn = socket.rooms.has("room");
  socket.join("room");
  const sent = ["pid", "offset"].some((name) => name in socket.handshake.auth);
  socket.emit("welcome", `sent a place: ${sent}  the server: recovered ${socket.recovered}, in the room ${isIn}`);
  socket.on("cut me", () => socket.conn.transport.socket._socket.destroy());
});
JS
node server.js > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
javascript=$(timeout 60 node client.js "$url") go=$(timeout -s KILL 60 ./client "$url")
echo "javascript  $javascript"
echo "go          $go"
[[ $javascript == "sent a place: false  the server: recovered false, in the room false  the client: recovered false" &&
  $go == "sent a place: true  the server: recovered true, in the room true  the client: recovered false" ]] ||
  { echo "changed: a second socket starts otherwise" >&2; exit 1; }
