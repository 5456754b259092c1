#!/usr/bin/env bash
# A key set with one key that a library does not know: often it then finds none of the others, and its own sibling finds them.
#
# Versions: PyJWT 2.15.1, joserfc 1.8.0, python-jose 3.5.0, Python 3.11; go-jose 4.1.9, go-oidc 3.21.0,
#   jwx 3.4.0, keyfunc 3.9.1, Go 1.26.
# Guess: RFC 7517, section 5: a reader should ignore the keys whose type or values it does not know. An
#   issuer may put a key for encryption, or one of a new kind, beside the RSA key that signs, and a token
#   of that RSA key, found by its `kid`, is verified as before.
# What happens: it is, by PyJWT and go-oidc. Of the others,
#   - go-jose and jwx refuse to read the set, go-jose even for an X25519 key, which is for encryption.
#     go-oidc is made with go-jose, and reads the keys one by one;
#   - keyfunc refuses such a set as JSON and skips the key when it fetches it; with a `use` or `key_ops`
#     of one's own, which RFC 7517 allows, it is the other way round;
#   - joserfc knows all key types of the table, and refuses the set for a `use` or `key_ops` of one's own;
#   - python-jose does not look at `kid`: it tries key by key, and the first that is not RSA is the end.
#     A P-521 key is enough, where it stands before the RSA key.
# Why it matters: the day an issuer adds a key that nobody uses yet, all tokens are refused by some of its
#   readers. What was tested with keyfunc from a file is not what runs. Read the set as plain JSON, and
#   hand over the one key that is asked for.
# Seen: the table at the end of this script; the columns are the odd key, the last two a `use` and a
#   `key_ops` of one's own. "first": refused where the odd key stands first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  pyjwt==2.15.1 cryptography==50.0.2 joserfc==1.8.0 python-jose==3.5.0
mkdir sets
cat > make.py <<'PY'
import base64, json, time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed448, mldsa, rsa, x25519
from jwt.algorithms import RSAAlgorithm


def text(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def rsa_key(**others):
    private = rsa.generate_private_key(65537, 2048)
    public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return private, {name: public[name] for name in ("kty", "n", "e")} | others


def ec_key(curve, crv, alg):
    numbers = ec.generate_private_key(curve).public_key().public_numbers()
    x, y = (text(n.to_bytes((curve.key_size + 7) // 8, "big")) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": crv, "x": x, "y": y, "use": "sig", "alg": alg}


def raw(private):
    return text(private.public_key().public_bytes_raw())


signer, good = rsa_key(kid="good", use="sig", alg="RS256")
odd = {
    "1 ML-DSA-44": {"kty": "AKP", "alg": "ML-DSA-44", "pub": raw(mldsa.MLDSA44PrivateKey.generate())},
    "2 Ed448": {"kty": "OKP", "crv": "Ed448", "x": raw(ed448.Ed448PrivateKey.generate()), "alg": "EdDSA"},
    "3 X25519": {"kty": "OKP", "crv": "X25519", "x": raw(x25519.X25519PrivateKey.generate()), "use": "enc"},
    "4 secp256k1": ec_key(ec.SECP256K1(), "secp256k1", "ES256K"),
    "5 P-521": ec_key(ec.SECP521R1(), "P-521", "ES512"),
    "6 use": rsa_key(use="https://example.org/attest")[1],
    "7 key_ops": rsa_key(key_ops=["https://example.org/attest"])[1],
}
for name, key in odd.items():
    key["kid"] = "odd"
    for place, keys in {"first": [key, good], "last": [good, key]}.items():
        with open(f"sets/{name} {place}", "w") as file:
            json.dump({"keys": keys}, file)
claims = {"sub": "alice", "iss": "issuer", "aud": "reader", "exp": int(time.time()) + 3600}
print(jwt.encode(claims, signer, "RS256", headers={"kid": "good"}), end="")
PY
venv/bin/python make.py > token
cat > read.py <<'PY'
import json, pathlib

import jwt
from jose import jwt as python_jose
from joserfc import jwk, jwt as joserfc

token = pathlib.Path("token").read_text()
readers = {
    "PyJWT": lambda keys: jwt.decode(token, jwt.PyJWKSet.from_dict(keys)["good"], audience="reader"),
    "joserfc": lambda keys: joserfc.decode(token, jwk.KeySet.import_key_set(keys), algorithms=["RS256"]),
    "python-jose": lambda keys: python_jose.decode(token, keys, ["RS256"], audience="reader"),
}
for name, read in readers.items():
    for path in pathlib.Path("sets").iterdir():
        try:
            said = "ok" if read(json.loads(path.read_text())) else "nothing"
        except Exception:
            said = "refused"
        print(name, path.name, said, sep="\t")
PY
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

var token string

func with(keys keyfunc.Keyfunc, err error) error {
	if err == nil {
		_, err = jwt.Parse(token, keys.Keyfunc)
	}
	return err
}

var readers = map[string]func(set []byte, url string) error{
	"go-jose": func(set []byte, _ string) error {
		var keys jose.JSONWebKeySet
		if err := json.Unmarshal(set, &keys); err != nil {
			return err
		}
		parsed, err := josejwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			return err
		}
		return parsed.Claims(keys, &map[string]any{})
	},
	"go-oidc": func(_ []byte, url string) error {
		keys := oidc.NewRemoteKeySet(context.Background(), url)
		_, err := oidc.NewVerifier("issuer", keys, &oidc.Config{ClientID: "reader"}).Verify(context.Background(), token)
		return err
	},
	"jwx": func(set []byte, _ string) error {
		keys, err := jwk.Parse(set)
		if err != nil {
			return err
		}
		_, err = jwxjwt.ParseString(token, jwxjwt.WithKeySet(keys))
		return err
	},
	"keyfunc":       func(set []byte, _ string) error { return with(keyfunc.NewJWKSetJSON(set)) },
	"keyfunc's URL": func(_ []byte, url string) error { return with(keyfunc.NewDefault([]string{url})) },
}

func main() {
	text, _ := os.ReadFile("token")
	token = string(text)
	entries, _ := os.ReadDir("sets")
	for _, entry := range entries {
		set, _ := os.ReadFile("sets/" + entry.Name())
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(set) }))
		for name, read := range readers {
			said := "ok"
			if read(set, server.URL) != nil {
				said = "refused"
			}
			fmt.Printf("%s\t%s\t%s\n", name, entry.Name(), said)
		}
		server.Close()
	}
}
GO
{ go mod tidy && go build -o read . ; } > build.log 2>&1 || { cat build.log; exit 1; }
{ venv/bin/python read.py && ./read; } > said 2> warnings || { cat warnings; exit 1; }
cat > table.py <<'PY'
said = {}
for line in open("said"):
    reader, odd, answer = line.rstrip("\n").split("\t")
    name, place = odd[2:].rsplit(" ", 1)
    said[odd[0], name, reader, place] = answer
names = sorted({key[:2] for key in said})
print(" " * 13 + "".join(f"{name:>11}" for _, name in names))
for reader in dict.fromkeys(key[2] for key in sorted(said, key=lambda key: key[2].lower())):
    row = f"{reader:13}"
    for number, name in names:
        first, last = (said[number, name, reader, place] for place in ("first", "last"))
        row += f"{first if first == last else 'first' if first == 'refused' else 'last':>11}"
    print(row)
PY
cat > expected <<'TABLE'
               ML-DSA-44      Ed448     X25519  secp256k1      P-521        use    key_ops
go-jose          refused    refused    refused    refused         ok         ok         ok
go-oidc               ok         ok         ok         ok         ok         ok         ok
joserfc               ok         ok         ok         ok         ok    refused    refused
jwx              refused         ok         ok    refused         ok         ok         ok
keyfunc          refused    refused         ok    refused         ok         ok         ok
keyfunc's URL         ok         ok         ok         ok         ok    refused    refused
PyJWT                 ok         ok         ok         ok         ok         ok         ok
python-jose        first      first      first      first      first         ok         ok
TABLE
venv/bin/python table.py | tee seen
diff expected seen > difference || { cat difference; echo "changed: other key sets are refused" >&2; exit 1; }
