// The list as a value: what events make of it, and what stays the same object.
import assert from "node:assert/strict";
import { test } from "node:test";
import { afterEvents, asBefore } from "../dist/state.js";

const channel = (id, position, more = {}) => ({
  id,
  position,
  workspaceId: "demo",
  name: id,
  createdAt: `2026-01-31T10:00:0${id.length}.000000Z`,
  ...more,
});
const created = (...args) => ({ name: "channel-created", payload: channel(...args) });
const updated = (...args) => ({ name: "channel-updated", payload: channel(...args) });
const deleted = (channelId, position) => ({ name: "channel-deleted", payload: { channelId, position } });
const added = (channelId, position, more = {}) => ({
  name: "channel-member-added",
  payload: { channelId, position, userId: "bob", role: "user", ...more },
});
const list = (...channels) => asBefore([], channels);

test("each event has its effect, and the list stays in its order", () => {
  const before = list(channel("a", 1), channel("ccc", 3));
  const after = afterEvents(before, [created("bb", 4), updated("a", 5, { name: "new" }), deleted("ccc", 6)]);
  assert.deepEqual(after, [channel("a", 5, { name: "new" }), channel("bb", 4)]);
});

test("what a page of the list reflects already changes nothing", () => {
  const before = list(channel("a", 5, { name: "new" }));
  assert.equal(afterEvents(before, [created("a", 1), updated("a", 5, { name: "other" }), deleted("a", 4)]), before);
});

test("a channel that was listed by nobody, and was there for a while, is gone", () => {
  assert.deepEqual(afterEvents(list(), [created("a", 2), updated("a", 3), deleted("a", 4)]), []);
});

test("a member who comes or goes makes another version of the channel", () => {
  const [after] = afterEvents(list(channel("a", 1, { version: 1 })), [added("a", 2, { version: 2, updatedAt: "then" })]);
  assert.deepEqual(after, channel("a", 2, { version: 2, updatedAt: "then" }));
});

test("who is taken out and let in again sees the channel as it is then", () => {
  const again = channel("a", 4, { name: "again" });
  assert.deepEqual(afterEvents(list(channel("a", 1)), [deleted("a", 2), { name: "channel-created", payload: again }]), [again]);
});

test("channels that do not change stay the same objects, and so does a list without a change", () => {
  const before = list(channel("a", 1), channel("bb", 2));
  assert.equal(afterEvents(before, [added("elsewhere", 3)]), before);
  assert.equal(asBefore(before, [channel("bb", 2), channel("a", 1)]), before, "a list that was fetched anew");
  const after = afterEvents(before, [updated("bb", 3)]);
  assert.notEqual(after, before);
  assert.equal(after[0], before[0]);
});

test("a channel of another log is another one, also at the same position", () => {
  const before = list(channel("a", 2, { name: "lost" }));
  const after = asBefore(before, [channel("a", 2, { name: "new" })]);
  assert.equal(after[0].name, "new");
});

test("nobody can change what is shown", () => {
  const shown = afterEvents(list(channel("a", 1)), [created("bb", 2)]);
  assert.throws(() => shown.push(channel("ccc", 3)), TypeError);
  assert.throws(() => void (shown[1].name = "other"), TypeError);
});
