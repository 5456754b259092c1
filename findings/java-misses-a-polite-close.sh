#!/usr/bin/env bash
# The Java client does not hear a WebSocket that is closed politely; it hears one that is cut.
#
# Versions: io.socket:socket.io-client 2.1.2 (OkHttp 3.12.12), Java 17; socket.io and
#   socket.io-client 4.8.4 on Node 20.
# Guess: a server that closes a connection with a WebSocket close frame (`socket.conn.close()`) is
#   noticed at once by every client, as "transport close", and each comes back after its delay of
#   about a second; a connection that is cut without a word is the harder one to notice.
# What happens: the other way round. The JavaScript client notices both at once. The Java client
#   notices the cut at once, and the polite close not at all: it goes on as `connected` until no ping
#   has come for pingInterval + pingTimeout, which is 45 s with the defaults. OkHttp tells of a close
#   frame by `onClosing`, and of `onClosed` only once its user has answered the close; the transport
#   overrides only the second, and after a close frame nobody reads the connection any more.
# Why it matters: a service that lets its sockets go before it stops, so that they go elsewhere, is
#   the one that its Java clients miss for 45 s; what they emit meanwhile goes nowhere, without an
#   error. One that ends the TCP connection without a close frame has them back in a second.
# Seen (pingInterval + pingTimeout = 8 s here, to be quick):
#   javascript  polite: "transport close" after 0.0 s   cut: "transport close" after 0.0 s
#   java        polite: "ping timeout" after 8.0 s      cut: "transport error" after 0.0 s
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund socket.io@4.8.4 socket.io-client@4.8.4
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.socket</groupId><artifactId>socket.io-client</artifactId><version>2.1.2</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath > maven.log || { cat maven.log; exit 1; }

cat > server.js <<'JS'
const { Server } = require("socket.io");
const server = require("http").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));
new Server(server, { pingInterval: 5000, pingTimeout: 3000 }).on("connection", (socket) => {
  socket.on("close me", (how) => {
    if (how === "polite") socket.conn.close();
    else socket.conn.transport.socket._socket.end(); // what was written is sent, then the end
  });
});
JS
cat > client.js <<'JS'
const socket = require("socket.io-client").io(process.argv[2], { transports: ["websocket"] });
let asked;
socket.on("connect", () => { asked = Date.now(); socket.emit("close me", process.argv[3]); });
socket.on("disconnect", (reason) => {
  console.log(`"${reason}" after ${((Date.now() - asked) / 1000).toFixed(1)} s`);
  process.exit(0);
});
JS
cat > Client.java <<'JAVA'
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.util.Locale;

public class Client {
  static volatile long asked;

  public static void main(String[] arguments) {
    IO.Options options = new IO.Options();
    options.transports = new String[] {"websocket"};
    Socket socket = IO.socket(URI.create(arguments[0]), options);
    socket.on("connect", none -> {
      asked = System.currentTimeMillis();
      socket.emit("close me", arguments[1]);
    });
    socket.on("disconnect", reason -> {
      double seconds = (System.currentTimeMillis() - asked) / 1000.0;
      System.out.printf(Locale.ROOT, "\"%s\" after %.1f s%n", reason[0], seconds);
      System.exit(0);
    });
    socket.connect();
  }
}
JAVA

node server.js > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
javascript() { timeout 60 node client.js "$url" "$1"; }
java_client() { timeout 60 java -cp "$(cat classpath)" Client.java "$url" "$1" 2> java.log; }
js_polite=$(javascript polite) js_cut=$(javascript cut)
java_polite=$(java_client polite) java_cut=$(java_client cut)
echo "javascript  polite: $js_polite   cut: $js_cut"
echo "java        polite: $java_polite   cut: $java_cut"
[[ $js_polite == *close*"after 0"* && $js_cut == *close*"after 0"* && $java_cut != *ping* &&
  $java_polite == '"ping timeout" after '[5-9]* ]] || { echo "changed: a polite close is heard otherwise" >&2; exit 1; }
