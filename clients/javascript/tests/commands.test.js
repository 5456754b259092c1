// The commands against a running service, whose address and tokens are in the environment.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { connect, KanalError } from "kanal-client";

const { KANAL_URL: url, KANAL_WORKSPACE: workspace, ALICE, BOB } = process.env;
const open = [];
const client = (token, more = {}) => {
  open.push(connect({ url, workspace, token: () => token, ...more }));
  return open.at(-1);
};
after(() => open.forEach((each) => each.close()));

const alice = client(ALICE);
const bob = client(BOB);
const name = () => `channel ${randomUUID()}`;
const until = (channels, condition) =>
  new Promise((resolve) => {
    const leave = channels.subscribe((state) => {
      if (!condition(state)) return;
      resolve(state);
      queueMicrotask(() => leave());
    });
  });
const all = async (entries) => {
  const found = [];
  for await (const entry of entries) found.push(entry);
  return found;
};
const refused = (code, status) => (error) => {
  assert.ok(error instanceof KanalError);
  assert.deepEqual([error.code, error.status], [code, status]);
  assert.ok(error.message.length > 0);
  return true;
};

test("a channel's whole life, and its history", async () => {
  const secret = await alice.create({ name: name(), isPrivate: true });
  await alice.members.add(secret.id, "bob");
  await until(bob, ({ channels }) => channels.some(({ id }) => id === secret.id));
  const renamed = await alice.update(secret.id, { name: name(), description: "why" });
  assert.deepEqual(await bob.get(secret.id), renamed);
  await alice.members.add(secret.id, "bob", { role: "admin" });
  const members = await all(alice.members.list(secret.id));
  assert.deepEqual(members.map(({ userId, role }) => [userId, role]), [["alice", "admin"], ["bob", "admin"]]);
  await alice.members.remove(secret.id, "bob");
  await until(bob, ({ channels }) => channels.every(({ id }) => id !== secret.id));
  const history = await all(alice.history(secret.id));
  assert.deepEqual(history.map(({ version }) => version), [1, 2, 3, 4, 5]);
  await alice.delete(secret.id);
  await assert.rejects(alice.get(secret.id), refused("not_found", 404));
});

test("refusals are errors by their code", async () => {
  const taken = await alice.create({ name: name() });
  await assert.rejects(bob.create({ name: taken.name.toUpperCase() }), refused("name_taken", 409));
  await assert.rejects(bob.delete(taken.id), refused("forbidden", 403));
  await assert.rejects(alice.create({ name: "" }), refused("invalid", 422));
  await assert.rejects(alice.members.add(taken.id, "bob"), refused("not_private", 409));
  await assert.rejects(alice.update(taken.id, { name: "x" }, { version: 7 }), refused("stale_version", 412));
  const late = client(BOB, { workspace: "not bob's" });
  await assert.rejects(late.create({ name: name() }), refused("forbidden", 403));
});

test("the same key creates one channel", async () => {
  const idempotencyKey = randomUUID();
  const channel = { name: name() };
  const made = await Promise.all([1, 2, 3].map(() => alice.create(channel, { idempotencyKey })));
  assert.equal(new Set(made.map(({ id }) => id)).size, 1);
  await assert.rejects(alice.create({ name: name() }, { idempotencyKey }), refused("idempotency_key_reused", 422));
});

// A URL loses such a segment: to remove this member would be to delete the channel.
for (const id of [".", "..", ""]) {
  test(`an id that is ${JSON.stringify(id)} is refused, and nothing is sent`, async () => {
    const secret = await alice.create({ name: name(), isPrivate: true });
    await assert.rejects(alice.members.remove(secret.id, id), refused("invalid", 422));
    assert.deepEqual(await alice.get(secret.id), secret);
  });
}

test("ids are taken as they are", async () => {
  const secret = await alice.create({ name: name(), isPrivate: true });
  for (const id of ["a/b", "ä ?#%2F", "...", "a..b"]) await alice.members.add(secret.id, id);
  const members = await all(alice.members.list(secret.id));
  assert.deepEqual(new Set(members.map(({ userId }) => userId)), new Set(["alice", "a/b", "ä ?#%2F", "...", "a..b"]));
});

test("a command that is called off ends, and so does one that has no answer in time", async () => {
  const nowhere = client(ALICE, { url: "http://127.0.0.1:9", patience: 0 });
  await assert.rejects(nowhere.create({ name: name() }), (error) => {
    refused("unreachable", 0)(error);
    return error.details.mayBeDone;
  });
  const patient = client(ALICE, { url: "http://127.0.0.1:9", patience: Infinity });
  const calling = new AbortController();
  const create = patient.create({ name: name() }, { signal: calling.signal });
  calling.abort(new Error("called off"));
  await assert.rejects(create, /called off/);
});

test("what an application throws that has no token is what a command throws, and it is asked again", async () => {
  const tokens = [() => { throw new Error("not signed in"); }, () => ALICE];
  const channels = client(null, { url: "http://127.0.0.1:9", token: () => tokens[0]() });
  await assert.rejects(channels.create({ name: name() }), /not signed in/);
});
