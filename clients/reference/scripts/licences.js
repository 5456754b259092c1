// The licences of what esbuild has put into a bundle: each text once, under the packages that it is for.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** The directories of the packages of which something is in the output. */
function packages({ outputs }) {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path.match(PACKAGE)?.[1]);
  return [...new Set(used)].filter((path) => path !== undefined).sort();
}

/** The texts that a package brings. */
async function texts(directory) {
  const names = (await readdir(directory)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const found = await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
  return found.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
}

/** The terms for a package that names MIT and brings no text: those of our own licence, under its author. */
async function terms({ name, license, author }) {
  if (license !== "MIT") throw new Error(`${name} is under ${license}, and does not bring its text`);
  const [, ...terms] = (await readFile("../../LICENSE", "utf8")).split(/^Copyright .*\n/m);
  return `Copyright (c) ${author?.name ?? author ?? `the authors of ${name}`}\n${terms.join("").trimEnd()}`;
}

/** All of them, as one text. */
export async function licences(metafile) {
  const byText = new Map();
  for (const directory of packages(metafile)) {
    const about = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    const text = (await texts(directory)) || (await terms(about));
    byText.set(text, [...(byText.get(text) ?? []), `${about.name} ${about.version} (${about.license})`]);
  }
  const sections = [...byText].map(([text, names]) => `${names.sort().join("\n")}\n\n${text}\n`);
  const head = "What reference.js and reference.css are made of, and under which licences.\n\n";
  return head + sections.sort().join(`\n${"-".repeat(80)}\n\n`);
}
