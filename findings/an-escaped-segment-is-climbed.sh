#!/usr/bin/env bash
# A DELETE of a member called `..`, escaped as it should be, is a DELETE of something else: the client leaves two segments out.
#
# Versions: Node 20 (its fetch), axios 1.21.1; aiohttp 3.14.5 with yarl 1.25.1, requests 2.34.2, httpx 0.28.1,
#   urllib3 2.8.0, Python 3.11; net/http of Go 1.26.
# Guess: whatever an id is, percent-encoded it is one segment. encodeURIComponent("..") leaves it as it is, so
#   one writes %2E%2E, and the server is asked for /channels/7/members/%2E%2E.
# What happens: httpx, urllib3 and Go ask for that. In fetch and axios the parser of WHATWG takes %2E%2E, .%2e
#   and %2e. for "..", and leaves out the segment before it: /channels/7/. aiohttp does so too, by yarl, and
#   hands over nothing of it. requests writes "..", so that the proxy or the server leaves it out.
# Why it matters: "remove this member" becomes "delete this channel", with the same method and the same token.
#   No escaping helps: refuse ids that are `.` or `..` before there is a URL, or have none.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  aiohttp==3.14.5 yarl==1.25.1 requests==2.34.2 httpx==0.28.1 urllib3==2.8.0
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund axios@1.21.1
cat > server.js <<'JS'
const server = require("http").createServer((request, response) => response.end(`${request.method} ${request.url}`));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > clients.js <<'JS'
const axios = require("axios");
const [base, ...paths] = process.argv.slice(2);
const clients = {
  fetch: async (url) => (await fetch(url, { method: "DELETE" })).text(),
  axios: async (url) => (await axios.delete(url)).data,
};
(async () => {
  for (const [name, ask] of Object.entries(clients)) {
    for (const path of paths) console.log(`${name.padEnd(9)}${path.padEnd(31)}${(await ask(base + path)).split(" ")[1]}`);
  }
})();
JS
cat > clients.py <<'PY'
import asyncio, sys

import aiohttp, httpx, requests, urllib3


async def by_aiohttp(url):
    async with aiohttp.ClientSession() as session, session.delete(url) as response:
        return await response.text()


base, *paths = sys.argv[1:]
clients = {
    "aiohttp": lambda url: asyncio.run(by_aiohttp(url)),
    "requests": lambda url: requests.delete(url).text,
    "httpx": lambda url: httpx.delete(url).text,
    "urllib3": lambda url: urllib3.request("DELETE", url).data.decode(),
}
for name, ask in clients.items():
    for path in paths:
        print(f"{name:9}{path:31}{ask(base + path).split()[1]}")
PY
cat > client.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	for _, path := range os.Args[2:] {
		request, _ := http.NewRequest("DELETE", os.Args[1]+path, nil)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			panic(err)
		}
		said, _ := io.ReadAll(response.Body)
		fmt.Printf("%-9s%-31s%s\n", "Go", path, strings.Fields(string(said))[1])
	}
}
GO
go build -o client client.go
node server.js > port & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
base=http://127.0.0.1:$(cat port)
paths=(/channels/7/members/%2E%2E /channels/7/members/.%2e)
{
  node clients.js "$base" "${paths[@]}"
  venv/bin/python clients.py "$base" "${paths[@]}"
  ./client "$base" "${paths[@]}"
} | tee seen
cat > expected <<'TABLE'
fetch    /channels/7/members/%2E%2E     /channels/7/
fetch    /channels/7/members/.%2e       /channels/7/
axios    /channels/7/members/%2E%2E     /channels/7/
axios    /channels/7/members/.%2e       /channels/7/
aiohttp  /channels/7/members/%2E%2E     /channels/7/
aiohttp  /channels/7/members/.%2e       /channels/7/
requests /channels/7/members/%2E%2E     /channels/7/members/..
requests /channels/7/members/.%2e       /channels/7/members/..
httpx    /channels/7/members/%2E%2E     /channels/7/members/%2E%2E
httpx    /channels/7/members/.%2e       /channels/7/members/.%2e
urllib3  /channels/7/members/%2E%2E     /channels/7/members/%2E%2E
urllib3  /channels/7/members/.%2e       /channels/7/members/.%2E
Go       /channels/7/members/%2E%2E     /channels/7/members/%2E%2E
Go       /channels/7/members/.%2e       /channels/7/members/.%2e
TABLE
diff expected seen > difference || { cat difference; echo "changed: other paths are asked for" >&2; exit 1; }
