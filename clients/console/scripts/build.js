// Makes the files that the service serves of the sources, into the directory that is the argument: the same bytes
// each time, on each machine.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const directory = process.argv[2] ?? join(root, "../../transport/documents/console");
const BUNDLED = ["preact", "uplot"];

await build({
  absWorkingDir: root,
  entryPoints: { console: "src/main.tsx" },
  outdir: directory,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "warning",
});

const notices = await Promise.all(
  BUNDLED.map(async (name) => {
    const { version } = JSON.parse(
      await readFile(join(root, "node_modules", name, "package.json"), "utf8"),
    );
    const license = await readFile(join(root, "node_modules", name, "LICENSE"), "utf8");
    return `${name} ${version}\n\n${license.trim()}\n`;
  }),
);
await mkdir(directory, { recursive: true });
await writeFile(
  join(directory, "licenses.txt"),
  `The console holds these packages.\n\n${notices.join("\n\n")}`,
);
