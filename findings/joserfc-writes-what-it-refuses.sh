#!/usr/bin/env bash
# A token whose header holds its signer's certificate: joserfc writes it, and refuses to read it.
#
# Versions: joserfc 1.8.0, PyJWT 2.15.1, cryptography 50.0.2, Python 3.11.
# Guess: a header may hold what tells the key: its thumbprint, the key, the certificate (RFC 7515, 4.1.3 to
#   4.1.8). What a library signs it verifies with the same key, whichever of these is in the header.
# What happens: joserfc reads no header of more than 512 characters in base64, which is 384 bytes of JSON,
#   and writes longer ones without a word. A thumbprint fits; the `jwk` of an RSA key of 2,048 bits does
#   not, nor does an `x5c` of one small certificate. The payload may have 128,000 characters. The error is
#   none about the token's claims or its signature: ExceededSizeError.
# Why it matters: tests with elliptic keys pass, and the tokens of an issuer that sends its certificate
#   along are all refused, before a key is looked for. `registry=JWSRegistry()` with a larger
#   `max_header_length` is the way out.
# Seen (by what is in the header; characters of the header):
#   nothing      36  joserfc ok                 PyJWT ok
#   x5t#S256    112  joserfc ok                 PyJWT ok
#   jwk, EC     214  joserfc ok                 PyJWT ok
#   jwk, RSA    543  joserfc ExceededSizeError  PyJWT ok
#   x5c, RSA   1246  joserfc ExceededSizeError  PyJWT ok
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check joserfc==1.8.0 pyjwt==2.15.1 cryptography==50.0.2
cat > headers.py <<'PY'
import base64, sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import jwt as pyjwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from joserfc import jwk, jws, jwt
from joserfc.errors import ExceededSizeError

rsa, ec = jwk.RSAKey.generate_key(2048), jwk.ECKey.generate_key("P-256")
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
now = datetime.now(UTC)
certificate = (
    x509.CertificateBuilder(name, name, rsa.public_key, 1, now, now + timedelta(days=1))
    .sign(rsa.private_key, hashes.SHA256())
    .public_bytes(serialization.Encoding.DER)
)
thumbprint = base64.urlsafe_b64encode(sha256(certificate).digest()).rstrip(b"=").decode()
registry = jws.JWSRegistry()
registry.max_header_length = 4096
seen = []
for what, key, header in [
    ("nothing", rsa, {}),
    ("x5t#S256", rsa, {"x5t#S256": thumbprint}),
    ("jwk, EC", ec, {"jwk": ec.as_dict(private=False)}),
    ("jwk, RSA", rsa, {"jwk": rsa.as_dict(private=False)}),
    ("x5c, RSA", rsa, {"x5c": [base64.b64encode(certificate).decode()]}),
]:
    algorithm = "ES256" if key is ec else "RS256"
    token = jwt.encode({"alg": algorithm} | header, {"sub": "alice"}, key)
    try:
        said = "ok" if jwt.decode(token, key) else "nothing"
    except ExceededSizeError:
        said = "ExceededSizeError"
    jwt.decode(token, key, registry=registry)
    pyjwt.decode(token, key.public_key, algorithms=[algorithm])
    print(f"{what:10} {len(token.split('.')[0]):4}  joserfc {said:18} PyJWT ok")
    seen.append(said)
if seen != ["ok", "ok", "ok", "ExceededSizeError", "ExceededSizeError"]:
    sys.exit("changed: headers are read otherwise")
PY
venv/bin/python headers.py
