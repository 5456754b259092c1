// Builds the page's script and style sheet, and gathers the licences of all that is in them, into the
// directory that the argument names. They are stored compressed, which is how most browsers ask for them.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { licences } from "./licences.js";

const [directory] = process.argv.slice(2);

/** What the page never shows: the chat with a model, the invitation to Scalar's own services, and zod's
 * messages in forty languages. */
const LEFT_OUT = [
  { filter: /AgentScalarDrawer\.vue\.js$/, contents: "export default {};" },
  { filter: /ExploreScalar(Button|Modal|Stickers)\.vue\.js$/, contents: "export default { render: () => null };" },
  { filter: /zod\/v4\/locales\/index\.js$/, contents: 'export { default as en } from "./en.js";' },
];

const leftOut = {
  name: "left out",
  setup: ({ onLoad }) =>
    LEFT_OUT.forEach(({ filter, contents }) => onLoad({ filter }, () => ({ contents, loader: "js" }))),
};

const { outputFiles, metafile } = await build({
  entryPoints: ["src/reference.js"],
  outdir: directory,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none", // they are in LICENSES.txt, whole
  banner: { js: "/* Licences: licenses.txt */", css: "/* Licences: licenses.txt */" },
  plugins: [leftOut],
  metafile: true,
  write: false,
});

await mkdir(directory, { recursive: true });
for (const { path, contents } of outputFiles) await writeFile(`${path}.gz`, gzipSync(contents, { level: 9 }));
await writeFile(join(directory, "LICENSES.txt"), await licences(metafile));
