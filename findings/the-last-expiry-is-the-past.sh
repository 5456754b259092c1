#!/usr/bin/env bash
# A token that is to be good for ever, its `exp` the largest integer: in Java and Go it expired long ago.
#
# Versions: nimbus-jose-jwt 10.10, jjwt 0.13.0, jose4j 0.9.6, Java 17; golang-jwt 5.3.1, go-oidc 3.21.0,
#   go-jose 4.1.9, Go 1.26; PyJWT 2.15.1, Python 3.11; jose 6.2.18 on Node 20.
# Guess: `exp` is a number of seconds, of any size (RFC 7519, section 2). The farther away it is, the longer
#   the token is good; a library that cannot hold it says that it is no date.
# What happens: it is good for PyJWT, jose and jose4j, and go-jose says that the claim is no number. For
#   the others it is expired:
#   - Nimbus and jjwt count in milliseconds, of which 64 bits hold 292 million years, and what is beyond
#     begins again at the other end: 2^63 - 1 s is a second before 1970. An `exp` in nanoseconds, which
#     ought to be a day far away, too, is one of the year 246,560,483 before our era, which jjwt writes
#     without the era: "JWT expired ... at 246560483-05-03";
#   - Go's time counts from the year 1, and 2^63 - 1 s after 1970 is past its end, and so before now. go-oidc
#     says so in one line: "token is expired (Token Expiry: 292277026596-12-04 15:30:07 +0000 UTC)".
# Why it matters: who must set an `exp` and wants none takes the largest number of his language. The token
#   works where it was tried, and elsewhere is "expired", which sends one looking at the clocks. All of
#   them hold the last second of the year 9999, 253402300799.
# Seen (the end of the year 9999, a day in 2027 in nanoseconds, 2^63 - 1):
#                253402300799  1800000000000000000  9223372036854775807
#   Nimbus       ok            expired              expired
#   PyJWT        ok            ok                   ok
#   go-jose      ok            ok                   not a number
#   go-oidc      ok            ok                   expired
#   golang-jwt   ok            ok                   expired
#   jjwt         ok            expired              expired
#   jose         ok            ok                   ok
#   jose4j       ok            ok                   ok
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyjwt==2.15.1
echo '{"private": true, "type": "module"}' > package.json
npm install --silent --no-audit --no-fund jose@6.2.18
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.nimbusds</groupId><artifactId>nimbus-jose-jwt</artifactId><version>10.10</version>
    </dependency>
    <dependency><groupId>io.jsonwebtoken</groupId><artifactId>jjwt-impl</artifactId><version>0.13.0</version></dependency>
    <dependency><groupId>io.jsonwebtoken</groupId><artifactId>jjwt-jackson</artifactId><version>0.13.0</version></dependency>
    <dependency><groupId>org.bitbucket.b_c</groupId><artifactId>jose4j</artifactId><version>0.9.6</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath > maven.log || { cat maven.log; exit 1; }
cat > read.py <<'PY'
import pathlib

import jwt

secret = "a secret that is long enough for HS256"
for exp in 253402300799, 1800000000000000000, 9223372036854775807:
    token = jwt.encode({"iss": "issuer", "sub": "alice", "aud": "api", "exp": exp}, secret, "HS256")
    pathlib.Path(f"{exp}.token").write_text(token)
    assert jwt.decode(token, secret, algorithms=["HS256"], audience="api")["exp"] == exp
    print("PyJWT", exp, "ok")
PY
cat > read.js <<'JS'
import { readFileSync } from "fs";
import { jwtVerify } from "jose";
const secret = new TextEncoder().encode("a secret that is long enough for HS256");
for (const file of process.argv.slice(2)) {
  const said = await jwtVerify(readFileSync(file, "utf8"), secret).then(() => "ok", (error) => error.code);
  console.log("jose", file.slice(0, -6), said);
}
JS
cat > Read.java <<'JAVA'
import com.nimbusds.jose.*;
import com.nimbusds.jose.jwk.source.*;
import com.nimbusds.jose.proc.*;
import com.nimbusds.jwt.proc.*;
import io.jsonwebtoken.Jwts;
import java.nio.file.*;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwt.consumer.*;

class Read {
    interface Reading { void read(String token) throws Exception; }

    public static void main(String[] files) throws Exception {
        var key = new SecretKeySpec("a secret that is long enough for HS256".getBytes(), "HmacSHA256");
        var nimbus = new DefaultJWTProcessor<SecurityContext>();
        nimbus.setJWSKeySelector(
            new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableSecret<>(key.getEncoded())));
        var jjwt = Jwts.parser().verifyWith(key).build();
        var jose4j = new JwtConsumerBuilder().setVerificationKey(key).setRequireExpirationTime()
            .setExpectedAudience("api").build();
        var readers = Map.<String, Reading>of("Nimbus", token -> nimbus.process(token, null),
            "jjwt", jjwt::parseSignedClaims, "jose4j", jose4j::processToClaims);
        for (String file : files)
            for (var reader : readers.entrySet()) {
                String said = "ok";
                try {
                    reader.getValue().read(Files.readString(Path.of(file)));
                } catch (ExpiredJWTException | io.jsonwebtoken.ExpiredJwtException expired) {
                    said = "expired";
                    System.err.println(reader.getKey() + ": " + expired.getMessage());
                }
                System.out.println(reader.getKey() + " " + file.replace(".token", " ") + said);
            }
    }
}
JAVA
cat > go.mod <<'MOD'
module finding
go 1.26
require (
	github.com/coreos/go-oidc/v3 v3.21.0
	github.com/go-jose/go-jose/v4 v4.1.9
	github.com/golang-jwt/jwt/v5 v5.3.1
)
MOD
cat > main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
)

var secret = []byte("a secret that is long enough for HS256")

type signatures struct{}

func (signatures) VerifySignature(_ context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		return nil, err
	}
	return signed.Verify(secret)
}

var readers = map[string]func(token string) error{
	"golang-jwt": func(token string) error {
		_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return secret, nil }, jwt.WithAudience("api"))
		return err
	},
	"go-oidc": func(token string) error {
		config := &oidc.Config{ClientID: "api", SupportedSigningAlgs: []string{"HS256"}}
		_, err := oidc.NewVerifier("issuer", signatures{}, config).Verify(context.Background(), token)
		return err
	},
	"go-jose": func(token string) error {
		signed, err := josejwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.HS256})
		if err != nil {
			return err
		}
		var claims josejwt.Claims
		if err := signed.Claims(secret, &claims); err != nil {
			return err
		}
		return claims.Validate(josejwt.Expected{AnyAudience: []string{"api"}})
	},
}

func main() {
	for _, file := range os.Args[1:] {
		token, _ := os.ReadFile(file)
		for name, read := range readers {
			said, err := "ok", read(string(token))
			var expired *oidc.TokenExpiredError
			switch {
			case errors.Is(err, jwt.ErrTokenExpired), errors.As(err, &expired):
				said = "expired"
			case errors.Is(err, josejwt.ErrUnmarshalNumericDate):
				said = "not a number"
			case err != nil:
				said = err.Error()
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, name+":", err)
			}
			fmt.Println(name, strings.TrimSuffix(file, ".token"), said)
		}
	}
}
GO
{ go mod tidy && go build -o read . ; } > build.log 2>&1 || { cat build.log; exit 1; }
cat > expected <<'SEEN'
Nimbus       ok            expired              expired
PyJWT        ok            ok                   ok
go-jose      ok            ok                   not a number
go-oidc      ok            ok                   expired
golang-jwt   ok            ok                   expired
jjwt         ok            expired              expired
jose         ok            ok                   ok
jose4j       ok            ok                   ok
SEEN
tokens=(253402300799.token 1800000000000000000.token 9223372036854775807.token)
{ venv/bin/python read.py; node read.js "${tokens[@]}"; java -cp "$(cat classpath)" Read.java "${tokens[@]}"
  ./read "${tokens[@]}"; } 2> why > said || { cat why; exit 1; }
grep -E "^(jjwt|go-oidc)" why
awk '{ said[$1] = said[$1] sprintf(" %-*s", $2 == "253402300799" ? 13 : 20, substr($0, length($1 $2) + 3)) }
  END { for (reader in said) { row = sprintf("%-12s", reader) said[reader]; sub(/ +$/, "", row); print row } }' said |
  LC_ALL=C sort | tee seen
diff expected seen > difference || { cat difference; echo "changed: another expiry is the past" >&2; exit 1; }
