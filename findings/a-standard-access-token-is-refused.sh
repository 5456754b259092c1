#!/usr/bin/env bash
# An access token as RFC 9068 wants it: what guards APIs refuses it, for its type, until it is told to expect one.
#
# Versions: oidc-provider 9.13.3, hono 4.13.19, jose 6.2.18, jsonwebtoken 9.0.3 on Node 20;
#   spring-security-oauth2-jose 7.1.2, nimbus-jose-jwt 10.9.1, Java 17.
# Guess: RFC 9068 says what a JWT for an API looks like, and its header `typ: at+jwt` is there so that an
#   API can insist on it. A library that checks nothing of it passes it over; one that is made for APIs
#   (hono's middleware `jwk`, Spring's decoder for resource servers) takes it before any other.
# What happens: oidc-provider signs such a token, with `typ: at+jwt`. jose and jsonwebtoken pass the type
#   over. hono's `jwk` answers 401, and Nimbus and Spring reject the token: left alone, they want the type
#   to be `JWT` or none. Told which type to expect, they take it.
# Why it matters: key, issuer, audience and times are right, and hono's 401 tells no more than "token
#   verification failure". An issuer that begins to follow the standard locks its callers out, and an API
#   that moves to the new type has to take both for as long as the old tokens live.
# Seen:
#   the issuer's header    {"alg":"RS256","typ":"at+jwt"}
#   jose                   ok
#   jsonwebtoken           ok
#   hono                   401 token verification failure
#   hono, told             200
#   Nimbus                 JOSE header typ (type) at+jwt not allowed
#   Nimbus, told           ok
#   Spring                 the given typ value needs to be one of [JWT]
#   Spring, told           ok
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "type": "module"}' > package.json
npm install --silent --no-audit --no-fund oidc-provider@9.13.3 hono@4.13.19 jose@6.2.18 jsonwebtoken@9.0.3 2> npm.log ||
  { cat npm.log; exit 1; }
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.security</groupId><artifactId>spring-security-oauth2-jose</artifactId>
      <version>7.1.2</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath > maven.log || { cat maven.log; exit 1; }
cat > issuer.js <<'JS'
import { createServer } from "http";
import { writeFileSync } from "fs";
import Provider from "oidc-provider";
const server = createServer().listen(0, "127.0.0.1", () => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{ client_id: "caller", client_secret: "a secret for the loopback only",
      grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }],
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: { enabled: true, getResourceServerInfo: () => ({
        audience: "api", scope: "read", accessTokenFormat: "jwt", accessTokenTTL: 3600 }) },
    },
  });
  server.on("request", provider.callback());
  writeFileSync("issuer", provider.issuer);
});
JS
cat > read.js <<'JS'
import { writeFileSync } from "fs";
import { Hono } from "hono";
import { jwk } from "hono/jwk";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
const issuer = process.argv[2];
const answer = await fetch(`${issuer}/token`, {
  method: "POST",
  headers: { authorization: "Basic " + btoa("caller:a%20secret%20for%20the%20loopback%20only") },
  body: new URLSearchParams({ grant_type: "client_credentials", resource: "urn:api", scope: "read" }),
});
const { access_token: token } = await answer.json();
writeFileSync("token", token);
const say = (who, what) => console.log(who.padEnd(22), what);
const { alg, typ, kid } = jose.decodeProtectedHeader(token);
say("the issuer's header", JSON.stringify({ alg, typ }));
const keys = jose.createRemoteJWKSet(new URL(`${issuer}/jwks`));
const expected = { issuer, audience: "api", algorithms: ["RS256"] };
say("jose", (await jose.jwtVerify(token, keys, expected)) && "ok");
const { keys: published } = await (await fetch(`${issuer}/jwks`)).json();
const key = { key: published.find((key) => key.kid === kid), format: "jwk" };
const { createPublicKey } = await import("crypto");
say("jsonwebtoken", jsonwebtoken.verify(token, createPublicKey(key), expected) && "ok");
for (const [who, verification] of [["hono", {}], ["hono, told", { typ: "at+jwt" }]]) {
  const app = new Hono();
  app.use(jwk({ jwks_uri: `${issuer}/jwks`, alg: ["RS256"], verification }));
  app.get("/", (context) => context.text("in"));
  const { status, headers } = await app.request("/", { headers: { authorization: `Bearer ${token}` } });
  const why = headers.get("www-authenticate")?.match(/error_description="(.*)"/)[1] ?? "";
  say(who, `${status} ${why}`.trim());
}
JS
cat > Read.java <<'JAVA'
import com.nimbusds.jose.*;
import com.nimbusds.jose.jwk.source.*;
import com.nimbusds.jose.proc.*;
import com.nimbusds.jwt.proc.*;
import java.net.URI;
import java.nio.file.*;
import org.springframework.security.oauth2.jwt.*;

class Read {
    interface Reading { void read(String token) throws Exception; }

    static void say(String who, Reading reading) throws Exception {
        String said = "ok";
        try {
            reading.read(Files.readString(Path.of("token")));
        } catch (BadJOSEException | JwtException refused) {
            said = refused.getMessage().replaceFirst(".*decode the Jwt: ", "");
        }
        System.out.printf("%-22s %s%n", who, said);
    }

    public static void main(String[] arguments) throws Exception {
        String issuer = arguments[0];
        var keys = JWKSourceBuilder.create(URI.create(issuer + "/jwks").toURL()).build();
        var nimbus = new DefaultJWTProcessor<SecurityContext>();
        nimbus.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
        say("Nimbus", token -> nimbus.process(token, null));
        nimbus.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        say("Nimbus, told", token -> nimbus.process(token, null));
        var spring = NimbusJwtDecoder.withJwkSetUri(issuer + "/jwks").build();
        say("Spring", spring::decode);
        spring.setJwtValidator(
            JwtValidators.createAtJwtValidator().issuer(issuer).audience("api").clientId("caller").build());
        say("Spring, told", spring::decode);
        System.exit(0);
    }
}
JAVA
node issuer.js > issuer.log 2>&1 & server=$!
for _ in {1..100}; do [[ -s issuer ]] && break; sleep 0.1; done
cat > expected <<'SEEN'
the issuer's header    {"alg":"RS256","typ":"at+jwt"}
jose                   ok
jsonwebtoken           ok
hono                   401 token verification failure
hono, told             200
Nimbus                 JOSE header typ (type) at+jwt not allowed
Nimbus, told           ok
Spring                 the given typ value needs to be one of [JWT]
Spring, told           ok
SEEN
{ timeout 60 node read.js "$(cat issuer)"; timeout 120 java -cp "$(cat classpath)" Read.java "$(cat issuer)" 2> java.log ||
  cat java.log; } | tee seen
diff -q expected seen > /dev/null || { echo "changed: access tokens are taken otherwise" >&2; exit 1; }
