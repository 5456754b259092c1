#!/usr/bin/env bash
# Over long-polling, the Go client says nothing while a poll is open: an event waits for the next ping.
#
# Versions: github.com/zishang520/socket.io/clients/socket/v3 v3.0.6, Go 1.26; socket.io and
#   socket.io-client 4.8.4 on Node 20.
# Guess: over long-polling a client has a GET open to hear and sends a POST to speak, so an event
#   costs one round trip and its acknowledgement another, as with the JavaScript client.
# What happens: the Go client puts its GETs and its POSTs into one queue and takes the next when the
#   one before is answered. An idle server answers a GET with its next ping: an event is sent up to
#   pingInterval late (25 s with the defaults). CONNECT is not, since it is queued before the first
#   poll; what the client emits in its `connect` handler is.
# Why it matters: a service that gives a new socket ten seconds to authenticate by an event drops
#   every Go client that a proxy keeps on polling, and each has done all that it should. A token in
#   the handshake's `auth` is in time; so is the event if the server ends the first poll early, with
#   a NOOP or with anything else to say.
# Seen (pingInterval = 5 s here, to be quick):
#   javascript: answered after 0.0 s
#   go:         answered after 5.0 s; with something said by the server on connecting, after 0.3 s
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

func main() {
	options := socket.DefaultOptions()
	options.SetTransports(types.NewSet(transports.Polling))
	options.SetAuth(map[string]any{"speak": os.Args[2]})
	client, err := socket.Connect(os.Args[1], options)
	if err != nil {
		panic(err)
	}
	client.On("connect", func(...any) {
		asked := time.Now()
		client.Emit("question", func([]any, error) {
			fmt.Printf("%.1f\n", time.Since(asked).Seconds())
			os.Exit(0)
		})
	})
	time.Sleep(30 * time.Second)
	fmt.Println("never")
}
GO
{ go mod tidy && go build -o client . ; } > go.log 2>&1 || { cat go.log; exit 1; }
cat > server.js <<'JS'
const { Server } = require("socket.io");
const server = require("http").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));
new Server(server, { pingInterval: 5000 }).on("connection", (socket) => {
  socket.on("question", (answer) => answer());
  // Later, so that it is not in the same answer as CONNECT: it ends the poll after that.
  if (socket.handshake.auth.speak === "yes") setTimeout(() => socket.emit("welcome"), 300);
});
JS
cat > client.js <<'JS'
const socket = require("socket.io-client").io(process.argv[2], { transports: ["polling"] });
socket.on("connect", () => {
  const asked = Date.now();
  socket.emit("question", () => {
    console.log(((Date.now() - asked) / 1000).toFixed(1));
    process.exit(0);
  });
});
JS
node server.js > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
javascript=$(timeout 60 node client.js "$url")
silent=$(timeout -s KILL 60 ./client "$url" no) spoken=$(timeout -s KILL 60 ./client "$url" yes)
echo "javascript: answered after $javascript s"
echo "go:         answered after $silent s; with something said by the server on connecting, after $spoken s"
[[ $javascript == 0.* && $silent == [45].* && $spoken == 0.* ]] ||
  { echo "changed: the Go client speaks at another time" >&2; exit 1; }
