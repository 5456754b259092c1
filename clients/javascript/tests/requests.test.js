// Waits and pages end, however strangely the service answers.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { test } from "node:test";
import { connect } from "../dist/index.js";
import { backoff } from "../dist/waiting.js";

test("a wait lasts for a minute at most, and not for nothing where it is no number", () => {
  assert.equal(backoff(1, 3_000_000), 60_000);
  for (const odd of ["x", NaN, undefined, null, -1]) assert.ok(backoff(1, odd) >= 125, String(odd));
});

test("a history whose pages go in circles is none of the service", async () => {
  const server = createServer((_, response) => response.end('{"history":[],"next":"again"}')).listen(0, "127.0.0.1");
  await once(server, "listening");
  const channels = connect({ url: `http://127.0.0.1:${server.address().port}`, workspace: "demo", token: () => "token" });
  const all = async () => {
    for await (const entry of channels.history("id")) assert.fail(JSON.stringify(entry));
  };
  try {
    await assert.rejects(all, { code: "wrong_url" });
  } finally {
    channels.close();
    server.closeAllConnections();
    server.close();
  }
});
