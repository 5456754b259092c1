// The store: who is told of a change, and when it is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../dist/store.js";

test("a listener is told at once, after each change, and not after it has left", () => {
  const store = new Store();
  const told = [];
  const leave = store.subscribe(({ status }) => told.push(status));
  store.set({ status: "live" });
  leave();
  store.set({ status: "away" });
  assert.deepEqual(told, ["connecting", "live"]);
});

test("what changes nothing is told to nobody, and the state is the same object", () => {
  const store = new Store();
  const before = store.getSnapshot();
  store.subscribe((state) => assert.equal(state, before));
  store.set({ status: "connecting", channels: before.channels });
  assert.equal(store.getSnapshot(), before);
});

test("one function that listens twice is told twice, and leaves once at a time", () => {
  const store = new Store();
  let count = 0;
  const listener = () => void count++;
  const leave = store.subscribe(listener);
  store.subscribe(listener);
  leave();
  leave();
  store.set({ status: "live" });
  assert.equal(count, 3);
});

test("a listener that makes another state leaves nobody with an older one at last", () => {
  const store = new Store();
  const last = [];
  store.subscribe(({ status }) => status === "live" && store.set({ status: "away" }));
  store.subscribe(({ status }) => last.push(status));
  store.set({ status: "live" });
  assert.deepEqual(last, ["connecting", "away"]);
});

test("what a listener throws stops no other, and is thrown where the application sees it", () => {
  const store = new Store();
  const told = [];
  const later = [];
  const { queueMicrotask } = globalThis;
  globalThis.queueMicrotask = (run) => later.push(run);
  try {
    store.subscribe(({ status }) => {
      if (status === "live") throw new Error("of the application");
    });
    store.subscribe(({ status }) => told.push(status));
    store.set({ status: "live" });
  } finally {
    globalThis.queueMicrotask = queueMicrotask;
  }
  assert.deepEqual(told, ["connecting", "live"]);
  assert.equal(later.length, 1);
  assert.throws(later[0], /of the application/);
});
