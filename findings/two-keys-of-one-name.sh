#!/usr/bin/env bash
# An RSA key and an EC key that share a `kid`: RFC 7517 gives it as an example, most libraries see one of the two.
#
# Versions: PyJWT 2.15.1, joserfc 1.8.0, Python 3.11; jose 6.2.18, jwks-rsa 4.1.0, jsonwebtoken 9.0.3,
#   hono 4.13.19 on Node 20; go-jose 4.1.9, go-oidc 3.21.0, jwx 3.4.0, keyfunc 3.9.1, Go 1.26.
# Guess: RFC 7517, section 4.5: keys of different `kty` that an application holds for equivalent may have
#   one `kid`. A token names its algorithm, too, and each key here its own; whoever looks for the key by
#   both finds it, wherever it stands in the set.
# What happens: joserfc, jose and go-oidc do. The others take the first key of that name, whatever it is,
#   and then find that it does not go with the token: PyJWT, hono and keyfunc tell of another algorithm,
#   jsonwebtoken of another type of key, go-jose of an "error in cryptographic primitive"; jwx, which is
#   given the whole set, has "tried 1 key", and its RSA verification failed for a token of ES256.
# Why it matters: an issuer that goes from RSA to EC under one name ("current", "2027") locks out some of
#   its readers; or those that have the old tokens, or the new ones, as the set comes in this order or
#   that. Give each key a name of its own, such as its thumbprint (RFC 7638).
# Seen (whose tokens are verified, with RSA before EC and with EC before RSA):
#   go-jose    the first key's
#   go-oidc    both
#   hono       the first key's
#   jose       both
#   joserfc    both
#   jwks-rsa   the first key's
#   jwx        the first key's
#   keyfunc    the first key's
#   PyJWT      the first key's
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyjwt==2.15.1 cryptography==50.0.2 joserfc==1.8.0
echo '{"private": true, "type": "module"}' > package.json
npm install --silent --no-audit --no-fund jose@6.2.18 jwks-rsa@4.1.0 jsonwebtoken@9.0.3 hono@4.13.19
mkdir sets
cat > read.py <<'PY'
import json, pathlib, time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwk, jwt as joserfc
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

private = {"RS256": rsa.generate_private_key(65537, 2048), "ES256": ec.generate_private_key(ec.SECP256R1())}
kinds = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm}
public = []
for algorithm, key in private.items():
    claims = {"sub": "alice", "iss": "issuer", "aud": "api", "exp": int(time.time()) + 3600}
    pathlib.Path(f"{algorithm}.token").write_text(jwt.encode(claims, key, algorithm, headers={"kid": "2027"}))
    key = kinds[algorithm].to_jwk(key.public_key(), as_dict=True) | {"kid": "2027", "alg": algorithm}
    public.append({name: key[name] for name in key if name != "key_ops"} | {"use": "sig"})
for order, keys in {"R,E": public, "E,R": public[::-1]}.items():
    keys = {"keys": keys}
    pathlib.Path(f"sets/{order}").write_text(json.dumps(keys))
    for algorithm in private:
        token = pathlib.Path(f"{algorithm}.token").read_text()
        readers = {
            "PyJWT": lambda: jwt.decode(
                token, jwt.PyJWKSet.from_dict(keys)["2027"], algorithms=[algorithm], audience="api"
            ),
            "joserfc": lambda: joserfc.decode(token, jwk.KeySet.import_key_set(keys), [algorithm]),
        }
        for name, read in readers.items():
            try:
                said = "ok" if read() else "nothing"
            except Exception:
                said = "refused"
            print(f"{name} {algorithm[0]}-{order} {said}")
PY
cat > read.js <<'JS'
import { createServer } from "http";
import { once } from "events";
import { readFileSync } from "fs";
import { verifyWithJwks } from "hono/jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
import jwksRsa from "jwks-rsa";
const server = createServer((request, response) => response.end(readFileSync(`sets${request.url}`))).listen(0, "127.0.0.1");
await once(server, "listening");
const readers = {
  jose: (token, url) => jose.jwtVerify(token, jose.createRemoteJWKSet(new URL(url))),
  "jwks-rsa": async (token, url, alg) => {
    const key = await jwksRsa({ jwksUri: url }).getSigningKey("2027");
    jsonwebtoken.verify(token, key.getPublicKey(), { algorithms: [alg] });
  },
  hono: (token, url, alg) => verifyWithJwks(token, { jwks_uri: url, allowedAlgorithms: [alg] }),
};
for (const order of ["R,E", "E,R"])
  for (const alg of ["RS256", "ES256"])
    for (const [name, read] of Object.entries(readers)) {
      const url = `http://127.0.0.1:${server.address().port}/${order}`;
      const said = await read(readFileSync(`${alg}.token`, "utf8"), url, alg).then(() => "ok", () => "refused");
      console.log(`${name} ${alg[0]}-${order} ${said}`);
    }
process.exit(0);
JS
cat > go.mod <<'MOD'
module finding
go 1.26
require (
	github.com/MicahParks/keyfunc/v3 v3.9.1
	github.com/coreos/go-oidc/v3 v3.21.0
	github.com/go-jose/go-jose/v4 v4.1.9
	github.com/golang-jwt/jwt/v5 v5.3.1
	github.com/lestrrat-go/jwx/v3 v3.4.0
)
MOD
cat > main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"
)

var readers = map[string]func(token, algorithm string, set []byte, url string) error{
	"go-jose": func(token, algorithm string, set []byte, _ string) error {
		var keys jose.JSONWebKeySet
		if err := json.Unmarshal(set, &keys); err != nil {
			panic(err)
		}
		signed, err := josejwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(algorithm)})
		if err != nil {
			panic(err)
		}
		return signed.Claims(keys, &map[string]any{})
	},
	"go-oidc": func(token, algorithm string, _ []byte, url string) error {
		config := &oidc.Config{ClientID: "api", SupportedSigningAlgs: []string{algorithm}}
		keys := oidc.NewRemoteKeySet(context.Background(), url)
		_, err := oidc.NewVerifier("issuer", keys, config).Verify(context.Background(), token)
		return err
	},
	"jwx": func(token, _ string, set []byte, _ string) error {
		keys, err := jwk.Parse(set)
		if err != nil {
			panic(err)
		}
		_, err = jwxjwt.ParseString(token, jwxjwt.WithKeySet(keys))
		return err
	},
	"keyfunc": func(token, _ string, _ []byte, url string) error {
		keys, err := keyfunc.NewDefault([]string{url})
		if err != nil {
			panic(err)
		}
		_, err = jwt.Parse(token, keys.Keyfunc)
		return err
	},
}

func main() {
	for _, order := range []string{"R,E", "E,R"} {
		set, _ := os.ReadFile("sets/" + order)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(set) }))
		for _, algorithm := range []string{"RS256", "ES256"} {
			token, _ := os.ReadFile(algorithm + ".token")
			for name, read := range readers {
				said := "ok"
				if err := read(string(token), algorithm, set, server.URL); err != nil {
					said = "refused"
					fmt.Fprintln(os.Stderr, name, err)
				}
				fmt.Printf("%s %s-%s %s\n", name, algorithm[:1], order, said)
			}
		}
	}
}
GO
{ go mod tidy && go build -o read . ; } > build.log 2>&1 || { cat build.log; exit 1; }
{ venv/bin/python read.py; timeout 60 node read.js; ./read; } > said 2> why || { cat why; exit 1; }
cat > table.py <<'PY'
said = dict(line.rsplit(" ", 1) for line in open("said").read().splitlines())
for reader in sorted({case.split()[0] for case in said}, key=str.lower):
    first = {said[f"{reader} {case}"] for case in ("R-R,E", "E-E,R")}
    second = {said[f"{reader} {case}"] for case in ("R-E,R", "E-R,E")}
    answers = {("ok", "ok"): "both", ("ok", "refused"): "the first key's"}
    print(f"{reader:10} {answers.get((*first, *second), 'mixed')}")
PY
cat > expected <<'SEEN'
go-jose    the first key's
go-oidc    both
hono       the first key's
jose       both
joserfc    both
jwks-rsa   the first key's
jwx        the first key's
keyfunc    the first key's
PyJWT      the first key's
SEEN
venv/bin/python table.py | tee seen
diff expected seen > difference || { cat difference why; echo "changed: keys of one name are found otherwise" >&2; exit 1; }
