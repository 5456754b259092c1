// The hook of docs/clients.md in React itself, against a running service.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { createElement, createContext, StrictMode, useContext, useSyncExternalStore } from "react";
import { act, create } from "react-test-renderer";
import { connect } from "kanal-client";

const { KANAL_URL: url, KANAL_WORKSPACE: workspace, ALICE } = process.env;
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const document = readFileSync(new URL("../../../docs/clients.md", import.meta.url), "utf8");
const [, hook] = document.match(/```jsx\n(import [^`]*export function useChannels[^`]*)```/);
const code = hook.replace(/^import .*\n/gm, "").replaceAll("export ", "");
const { ChannelsContext, useChannels } = new Function(
  "createContext", "useContext", "useSyncExternalStore", `${code}; return { ChannelsContext, useChannels };`,
)(createContext, useContext, useSyncExternalStore);

test("a component shows the list, and is rendered where its part of the state changes", async (t) => {
  const channels = connect({ url, workspace, token: () => ALICE });
  after(() => channels.close());
  const rendered = { list: 0, status: 0 };
  const List = () => {
    rendered.list++;
    return useChannels((state) => state.channels).map(({ id, name }) => createElement("li", { key: id }, name));
  };
  const Status = () => {
    rendered.status++;
    return createElement("p", null, useChannels((state) => state.status));
  };
  let shown;
  await act(() => {
    shown = create(createElement(ChannelsContext, { value: channels }, createElement(List), createElement(Status)));
  });
  const names = () => shown.root.findAllByType("li").map(({ children }) => children[0]);
  const until = (condition) =>
    act(() => new Promise((resolve) => {
      const leave = channels.subscribe((state) => condition(state) && queueMicrotask(() => (leave(), resolve())));
    }));
  await until(({ status }) => status === "live");
  assert.deepEqual(shown.root.findByType("p").children, ["live"]);
  const before = { ...rendered };
  const name = `channel ${randomUUID()}`;
  const { id } = await channels.create({ name, isPrivate: true });
  await until((state) => state.channels.some((channel) => channel.id === id));
  assert.ok(names().includes(name));
  assert.equal(rendered.status, before.status, "what has not changed is not rendered");
  await act(() => shown.unmount());
});

test("it keeps to the rules of React: a snapshot is one object, and to leave is to leave", async () => {
  const channels = connect({ url, workspace, token: () => ALICE });
  after(() => channels.close());
  const errors = [];
  const { error } = console;
  console.error = (...said) => errors.push(said.join(" "));
  const Count = () => createElement("p", null, String(useChannels((state) => state).channels.length));
  let shown;
  await act(() => {
    shown = create(createElement(StrictMode, null, createElement(ChannelsContext, { value: channels }, createElement(Count))));
  });
  await act(() => shown.unmount());
  console.error = error;
  assert.deepEqual(errors.filter((said) => !said.includes("react-test-renderer is deprecated")), []);
});
