#!/usr/bin/env bash
# A message that Python's standardwebhooks signs at a time with a zone is refused by every verifier, its own too.
#
# Versions: standardwebhooks 1.1.0 of Python 3.11; standardwebhooks 1.0.0 of Node.
# Guess: `sign` takes an aware datetime as the moment that it is, so that the signature is the same in whichever
#   zone the moment is written, and the one that is wrong is a naive datetime, whose zone nobody knows.
# What happens: `sign` puts the zone UTC in the place of the one that is there, and keeps the digits of the clock. A
#   moment written in any other zone is signed hours off, and the header says the right second: the signature
#   matches nothing. A naive datetime is right where it is the clock of UTC. Node has no zones in its Date, and
#   makes the signature that Python makes of the clock of UTC.
# Why it matters: a sender that runs in UTC in its tests signs well there, and is refused by all receivers where
#   its clock has a zone. Convert to UTC before `sign`.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund standardwebhooks@1.0.0
cat > sign.py <<'PY'
import json
from datetime import datetime, timedelta, timezone

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
moment = datetime.now(timezone.utc).replace(microsecond=0)
signed = {
    "aware, UTC": moment,
    "aware, +02:00": moment.astimezone(timezone(timedelta(hours=2))),
    "naive, clock of UTC": moment.replace(tzinfo=None),
}
seconds, body = str(int(moment.timestamp())), '{"type":"a"}'
made = {name: webhook.sign("id", at, body) for name, at in signed.items()}
for name, signature in made.items():
    headers = {"webhook-id": "id", "webhook-timestamp": seconds, "webhook-signature": signature}
    try:
        webhook.verify(body, headers)
        print(f"{name:22}verified")
    except WebhookVerificationError as error:
        print(f"{name:22}refused: {error}")
with open("made.json", "w") as file:
    json.dump({"seconds": int(seconds), "body": body, "signatures": made}, file)
PY
cat > sign.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
const { seconds, body, signatures } = JSON.parse(readFileSync("made.json", "utf8"));
const ours = new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").sign("id", new Date(seconds * 1000), body);
for (const [name, signature] of Object.entries(signatures))
  console.log(`Node and ${name}: ${signature === ours ? "the same" : "another"}`);
JS
{ venv/bin/python sign.py; node sign.mjs; } | tee seen
diff - seen <<'SEEN'
aware, UTC            verified
aware, +02:00         refused: No matching signature found
naive, clock of UTC   verified
Node and aware, UTC: the same
Node and aware, +02:00: another
Node and naive, clock of UTC: the same
SEEN
echo "as it was seen"
