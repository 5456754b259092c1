// An OpenID provider at http://127.0.0.1:<port>, whose clients log in by client credentials and get
// JWT access tokens for the resource https://kanal.example/<algorithm>. It prints its issuer. Each
// line on its standard input is an order: `rotate` signs with new keys from then on, and publishes
// those of before too; `withdraw` publishes the new ones alone. It answers with the order's name.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Provider } from "oidc-provider";

const ROLES = { alice: ["owner", "auditor"], bob: ["auditor"] };

const newKeys = () =>
  [
    ["rsa", { modulusLength: 2048 }],
    ["ec", { namedCurve: "P-384" }],
    ["ed25519", {}],
  ].map(([type, options]) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }),
    kid: randomUUID(),
    use: "sig",
  }));

const provider = (issuer, keys) =>
  new Provider(issuer, {
    jwks: { keys },
    clients: Object.keys(ROLES).map((name) => ({
      client_id: name,
      client_secret: "secret",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: "",
          audience: resource,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: resource.split("/").at(-1) } },
        }),
      },
    },
    ttl: { ClientCredentials: 600 },
    extraTokenClaims: (_, token) => ({ organization: { acme: ROLES[token.clientId] } }),
  });

let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let keys = newKeys();
  const serve = (more = []) => (answer = provider(issuer, [...keys, ...more]).callback());
  serve();
  console.log(issuer);
  createInterface({ input: process.stdin })
    .on("line", (order) => {
      if (order === "rotate") {
        const before = keys;
        keys = newKeys();
        serve(before);
      } else if (order === "withdraw") serve();
      console.log(order);
    })
    .on("close", () => process.exit());
});
