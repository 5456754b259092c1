#!/usr/bin/env bash
# A token whose header was written with white space behind its brace is no token to Centrifugo.
#
# Versions: Centrifugo 6.9.1 (cristalhq/jwt 5.4.0), PyJWT 2.15.1, jose 6.2.18; Go 1.26, Node.
# Guess: a JOSE header is JSON, and where JSON has white space is nobody's business (RFC 7515, 4: any JSON object;
#   the examples of RFC 7515 and 7519 have some). What was signed are its very bytes, so a verifier has them anyway.
# What happens: Centrifugo wants a token to begin with `eyJ`, which is `{"`. After a brace and a space it begins
#   with `eyA`, pretty-printed with `ewo`: "token has invalid format". White space anywhere else is taken.
# Why it matters: who signs with openssl in a shell, or with a library that prints JSON for people, has tokens that
#   every other verifier takes, and a server that calls them malformed. Nothing in the message leads to the header.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
GOBIN="$folder" go install github.com/centrifugal/centrifugo/v6@v6.9.1 > go.log 2>&1 || { cat go.log; exit 1; }
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyjwt==2.15.1
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund jose@6.2.18
secret="a secret of thirty-two bytes or more"
echo "{\"client\": {\"token\": {\"hmac_secret_key\": \"$secret\"}}}" > config.json
cat > verify.py <<'PY'
import sys

import jwt

print(jwt.decode(sys.argv[1], sys.argv[2], algorithms=["HS256"])["sub"])
PY
cat > verify.mjs <<'JS'
import { jwtVerify } from "jose";
const [token, secret] = process.argv.slice(2);
console.log((await jwtVerify(token, new TextEncoder().encode(secret))).payload.sub);
JS

part() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
signed() { # a token with this text as its header
  local said
  said="$(printf '%s' "$1" | part).$(printf '{"sub":"alice","exp":4102444800}' | part)"
  printf '%s.%s' "$said" "$(printf '%s' "$said" | openssl dgst -sha256 -hmac "$secret" -binary | part)"
}
verdict() { if "$@" > said 2>&1; then echo takes; else echo refuses; fi; }
row() {
  local token
  token=$(signed "$2")
  printf '%-24s begins with %s   PyJWT %-8s jose %-8s Centrifugo %s\n' "$1" "${token:0:3}" \
    "$(verdict venv/bin/python verify.py "$token" "$secret")" "$(verdict node verify.mjs "$token" "$secret")" \
    "$(verdict ./centrifugo checktoken --config config.json "$token")"
}
{
  row "no white space" '{"alg":"HS256","typ":"JWT"}'
  row "behind the first comma" '{"alg":"HS256", "typ":"JWT"}'
  row "behind the brace" '{ "alg":"HS256","typ":"JWT" }'
  row "pretty-printed" $'{\n  "alg": "HS256",\n  "typ": "JWT"\n}'
} | tee seen
diff - seen <<'SEEN'
no white space           begins with eyJ   PyJWT takes    jose takes    Centrifugo takes
behind the first comma   begins with eyJ   PyJWT takes    jose takes    Centrifugo takes
behind the brace         begins with eyA   PyJWT takes    jose takes    Centrifugo refuses
pretty-printed           begins with ewo   PyJWT takes    jose takes    Centrifugo refuses
SEEN
echo "as it was seen"
