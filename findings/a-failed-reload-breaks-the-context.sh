#!/usr/bin/env bash
# A certificate that cannot be loaded into an SSLContext in use takes the old one with it: from then on every handshake fails.
#
# Versions: Python 3.11.7 with OpenSSL 3.0, Node 20 and newer.
# Guess: `context.load_cert_chain(cert, key)` either loads the pair or raises and leaves the context as it was, so
#   that a server which renews its certificate that way and logs the error goes on with the old one. Node's
#   `server.setSecureContext({cert, key})` does just that.
# What happens: the certificate is put into the context before the key is looked at. Where the key is another
#   one's, or cannot be read, the call raises, and the context has the new certificate and no key that fits:
#   all clients are refused, with `no shared cipher`, which names neither the certificate nor the key. Where it is
#   the certificate's file that is broken, or the key alone was renewed, nothing has changed.
# Why it matters: whoever renews a certificate writes two files, the certificate first as a rule. A reload between
#   the two is an outage that lasts until the next good one, and the error that was logged does not say so. Read
#   the pair into a new context, and have connections take that one (`sni_callback`), or load it into the one in
#   use once it is known to be good.
# Seen (what was loaded into a context that serves, what that said, and what the next client gets):
#   files                           Python raises         then                Node throws  then
#   certificate new, key old        KEY_VALUES_MISMATCH   NO_SHARED_CIPHER    yes          the old certificate
#   certificate new, key is empty   PEM lib               NO_SHARED_CIPHER    yes          the old certificate
#   certificate is empty, key old   PEM lib               the old certificate yes          the old certificate
#   certificate old, key new        KEY_VALUES_MISMATCH   the old certificate yes          the old certificate
#   both new                        -                     the new certificate no           the new certificate
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for name in old new; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj "/CN=$name" \
        -keyout "$name.key" -out "$name.cert" 2> openssl.log
done
: > empty.cert
: > empty.key
cat > broken.py <<'PY'
import ssl
import sys


def served(context):
    """What a client gets of a server with this context."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    client = trusting.wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                return error.reason
    shown = client.getpeercert(binary_form=True)
    for name in ("old", "new"):
        if shown == ssl.PEM_cert_to_DER_cert(open(f"{name}.cert").read()):
            return f"the {name} certificate"


for pair in sys.argv[1:]:
    certificate, key = pair.split("+")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("old.cert", "old.key")
    raised = "-"
    try:
        context.load_cert_chain(f"{certificate}.cert", f"{key}.key")
    except ssl.SSLError as error:
        raised = error.reason or "PEM lib"
    print(f"Python|{pair}|{raised}|{served(context)}")
PY
cat > broken.mjs <<'JS'
import { readFileSync } from "node:fs";
import tls from "node:tls";

const read = (certificate, key) => ({ cert: readFileSync(`${certificate}.cert`), key: readFileSync(`${key}.key`) });
for (const pair of process.argv.slice(2)) {
  const server = tls.createServer(read("old", "old"), (socket) => socket.end());
  server.on("tlsClientError", () => {});
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  let threw = "no";
  try {
    server.setSecureContext(read(...pair.split("+")));
  } catch {
    threw = "yes";
  }
  const got = await new Promise((answer) => {
    const client = tls.connect({ port: server.address().port, rejectUnauthorized: false }, () => {
      answer(`the ${client.getPeerCertificate().subject.CN} certificate`);
      client.destroy();
    });
    client.on("error", (error) => answer(error.code));
  });
  server.close();
  console.log(`Node|${pair}|${threw}|${got}`);
}
JS
pairs=(new+old new+empty empty+old old+new new+new)
python3 broken.py "${pairs[@]}" > seen
node broken.mjs "${pairs[@]}" >> seen
column -t -s '|' seen
diff - seen <<'SEEN' || { echo "changed: a failed reload does something else"; exit 1; }
Python|new+old|KEY_VALUES_MISMATCH|NO_SHARED_CIPHER
Python|new+empty|PEM lib|NO_SHARED_CIPHER
Python|empty+old|PEM lib|the old certificate
Python|old+new|KEY_VALUES_MISMATCH|the old certificate
Python|new+new|-|the new certificate
Node|new+old|yes|the old certificate
Node|new+empty|yes|the old certificate
Node|empty+old|yes|the old certificate
Node|old+new|yes|the old certificate
Node|new+new|no|the new certificate
SEEN
