// The package as others take it: how large it is, what it brings along, and what its types refuse.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import ts from "typescript";

const place = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

test("it has less than 6 kB, minified and gzipped, without socket.io-client", async () => {
  const { outputFiles } = await build({
    entryPoints: [place("dist/index.js")],
    bundle: true,
    minify: true,
    format: "esm",
    external: ["socket.io-client"],
    write: false,
  });
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  console.log(`${size} bytes`);
  assert.ok(size < 6_000, `${size} bytes`);
});

test("it brings nothing along, and has no peer but socket.io-client", () => {
  const { dependencies = {}, peerDependencies } = JSON.parse(readFileSync(place("package.json"), "utf8"));
  assert.deepEqual([Object.keys(dependencies), Object.keys(peerDependencies)], [[], ["socket.io-client"]]);
});

/** What the compiler has against programs that use the package, by their names. */
function complaints(programs) {
  const files = new Map(Object.entries(programs).map(([name, code], at) => [place(`tests/${at}.ts`), { name, code }]));
  const options = { strict: true, noEmit: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [] };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, ...more) =>
    files.has(path) ? ts.createSourceFile(path, files.get(path).code, ...more) : getSourceFile(path, ...more);
  const program = ts.createProgram([...files.keys()], options, host);
  const found = [...files].map(([path, { name }]) => {
    const source = program.getSourceFile(path);
    const errors = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return [name, errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))];
  });
  return Object.fromEntries(found);
}

const PROGRAM = `
import { connect, KanalError, type State } from "kanal-client";
const channels = connect({ url: "http://127.0.0.1:8000", workspace: "demo", token: async () => "…" });
channels.subscribe((state: State) => console.log(state.status, state.channels[0]?.isPrivate));
const { id, version } = await channels.create({ name: "general" });
await channels.update(id, { description: null }, { version });
await channels.members.add(id, "bob", { role: "admin" });
for await (const entry of channels.history(id)) console.log(entry.what, entry.changes);
try {
  await channels.delete(id);
} catch (error) {
  if (error instanceof KanalError && error.code === "not_found") console.log(error.details.retryAfter);
}
`;

const MISSPELT = {
  "a field of a channel": ["isPrivate", "isPrivat"],
  "a field of a command": ["description: null", "descripton: null"],
  "a field that is missing": ['{ name: "general" }', "{}"],
  "an option": ["{ version }", "{ versoin: version }"],
  "a role": ['"admin"', '"owner"'],
  "a code": ['"not_found"', '"not-found"'],
  "a setting": ["workspace:", "workspce:"],
  "a field of the history": ["entry.what", "entry.wat"],
};

test("a program that is right compiles, and one in which something is misspelt does not", () => {
  const programs = { right: PROGRAM };
  for (const [what, [right, wrong]] of Object.entries(MISSPELT)) {
    programs[what] = PROGRAM.replace(right, wrong);
    assert.notEqual(programs[what], PROGRAM);
  }
  programs["what is shown"] = `${PROGRAM}\nchannels.getSnapshot().channels[0]!.name = "x";`;
  const { right, ...found } = complaints(programs);
  assert.deepEqual(right, []);
  for (const [what, errors] of Object.entries(found)) assert.equal(errors.length, 1, `${what}: ${errors}`);
  assert.match(found["what is shown"][0], /read-only/);
});
