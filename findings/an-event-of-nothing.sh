#!/usr/bin/env bash
# A comment that keeps a stream of server-sent events open is an event to some clients, with no data and an old id.
#
# Versions: httpx-sse 0.4.3, sseclient-py 1.9.0 of Python 3.11; eventsource 4.1.0 and
#   eventsource-parser 3.0.6 of Node.
# Guess: the standard says that a block without data is no event (WHATWG HTML, 9.2.6), so ": keep-alive" and the
#   empty line after it are heard by nobody.
# What happens: so it is in Node and in sseclient-py. httpx-sse makes an event of each empty line once an id was
#   seen, with that id and empty data.
# Why it matters: a reader that parses the data of each event as JSON ends at the first quiet quarter of a minute.
#   A server helps by a comment without an empty line behind it, which is allowed and heard by nobody.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1 httpx-sse==0.4.3 sseclient-py==1.9.0 requests==2.34.2
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund eventsource@4.1.0 eventsource-parser@3.0.6
cat > server.py <<'PY'
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STREAMS = {
    "/block": b"id: 1\ndata: a\n\n: quiet\n\nid: 2\ndata: b\n\n",
    "/line": b"id: 1\ndata: a\n\n: quiet\nid: 2\ndata: b\n\n",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(STREAMS[self.path])

    def log_message(self, *_):
        pass


with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
PY
cat > clients.py <<'PY'
import sys

import httpx, httpx_sse, requests, sseclient


def by_httpx_sse(url):
    with httpx.Client() as client, httpx_sse.connect_sse(client, "GET", url) as source:
        return [(event.id, event.data) for event in source.iter_sse()]


def by_sseclient(url):
    return [(event.id, event.data) for event in sseclient.SSEClient(requests.get(url, stream=True)).events()]


for name, read in {"httpx-sse": by_httpx_sse, "sseclient-py": by_sseclient}.items():
    for path in ("/block", "/line"):
        print(f"{name:20}{path:8}{' '.join(f'{id}={data}' for id, data in read(sys.argv[1] + path))}")
PY
cat > clients.mjs <<'JS'
import { EventSource } from "eventsource";
import { createParser } from "eventsource-parser";
const base = process.argv[2];
const told = (name, path, heard) => console.log(name.padEnd(20) + path.padEnd(8) + heard.join(" "));
for (const path of ["/block", "/line"]) {
  const heard = [];
  const source = new EventSource(base + path);
  await new Promise((done) => {
    source.onmessage = ({ lastEventId, data }) => heard.push(`${lastEventId}=${data}`);
    source.onerror = done;
  });
  source.close();
  told("eventsource", path, heard);
}
for (const path of ["/block", "/line"]) {
  const heard = [];
  const parser = createParser({ onEvent: ({ id, data }) => heard.push(`${id}=${data}`) });
  parser.feed(await (await fetch(base + path)).text());
  told("eventsource-parser", path, heard);
}
JS
coproc SERVER { python3 server.py; }
server=$SERVER_PID
read -r port <&"${SERVER[0]}"
{ venv/bin/python clients.py "http://127.0.0.1:$port"; node clients.mjs "http://127.0.0.1:$port"; } | tee seen
diff - seen <<'SEEN'
httpx-sse           /block  1=a 1= 2=b
httpx-sse           /line   1=a 2=b
sseclient-py        /block  1=a 2=b
sseclient-py        /line   1=a 2=b
eventsource         /block  1=a 2=b
eventsource         /line   1=a 2=b
eventsource-parser  /block  1=a 2=b
eventsource-parser  /line   1=a 2=b
SEEN
echo "as it was seen"
