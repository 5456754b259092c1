// Makes the types of the API, and the table of its errors, of the service's own documents: standard
// input is `{"openapi": …, "asyncapi": …}`, the arguments are the directory to write to, and the file of
// the error codes for Python.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";
import openapiTypescript, { astToString } from "openapi-typescript";

const [directory, python] = process.argv.slice(2);
const { openapi, asyncapi } = JSON.parse(await text(process.stdin));
// What has a default may be left out.
const HTTP = { defaultNonNullable: false };
const made = (what) => `// Made by \`make client-types\` of ${what}: not to be edited.\n`;

const httpTypes = async () => made("/openapi.json") + astToString(await openapiTypescript(openapi, HTTP));

/** The payloads, and by event what is sent and what is acknowledged. */
async function socketTypes() {
  const schemas = asyncapi.components.schemas;
  const messages = asyncapi.channels.default.messages;
  const nameOf = ({ $ref }) => $ref.split("/").at(-1);
  const events = (action) =>
    Object.values(asyncapi.operations)
      .filter(({ channel }) => channel.$ref === "#/channels/default")
      .filter((operation) => operation.action === action)
      .map((operation) => messages[nameOf(operation.messages[0])])
      .filter((message) => message.payload.$ref !== undefined);
  const sent = events("send").map(({ name, payload }) => [name, `(payload: ${nameOf(payload)}) => void`]);
  const received = events("receive").map(({ name, payload, "x-ack": ack }) => [
    name,
    `(data: ${nameOf(payload)}, acknowledge: (answer: ${nameOf(ack)} | { error: AckError }) => void) => void`,
  ]);
  const table = (name, rows) =>
    `export interface ${name} {\n${rows.map(([event, type]) => `  "${event}": ${type};\n`).join("")}}\n`;
  const all = JSON.parse(
    JSON.stringify({ $defs: schemas, additionalProperties: false }).replaceAll("#/components/schemas/", "#/$defs/"),
  );
  const types = await compile(all, "Schemas", {
    additionalProperties: false,
    bannerComment: "",
    unreachableDefinitions: true,
  });
  // The schema that holds the others is none itself.
  const payloads = types
    .replace(/export interface Schemas \{\}\n/, "")
    .replace(/(?: \*\n)? \* This interface was referenced by .*\n \* via the `definition` .*\n/g, "");
  return [made("/asyncapi.json"), payloads, table("ServerEvents", sent), table("ClientEvents", received)].join("\n");
}

/** The status of each code, and by operation the codes that it can be refused with. */
function errors() {
  // No operation is refused with these: sockets are, and a fault.
  const statuses = { internal: 500, unknown_event: 400, not_authenticated: 401, origin_not_allowed: 403 };
  const refusals = {};
  const operations = Object.values(openapi.paths).flatMap((path) => Object.values(path));
  for (const { operationId, responses } of operations.filter((each) => each.operationId)) {
    for (const [status, { content }] of Object.entries(responses)) {
      const codes = content?.["application/problem+json"]?.schema.properties.code.enum ?? [];
      for (const code of codes) {
        statuses[code] = Number(status);
        (refusals[operationId] ??= []).push(code);
      }
    }
  }
  return { statuses, refusals };
}

function errorTable({ statuses, refusals }) {
  const row = ([name, value]) => `  ${JSON.stringify(name)}: ${value},\n`;
  const union = (codes) => codes.map((code) => JSON.stringify(code)).join(" | ");
  return [
    made("/openapi.json"),
    "/** The status of each code that the service refuses with. */\n",
    `export const STATUS_OF = {\n${Object.entries(statuses).map(row).join("")}} as const;\n\n`,
    "/** What each operation can be refused with. */\nexport interface Refusals {\n",
    ...Object.entries(refusals).map(([name, codes]) => `  ${JSON.stringify(name)}: ${union(codes)};\n`),
    "}\n",
  ].join("");
}

function pythonTable({ statuses }) {
  const codes = Object.entries(statuses);
  return [
    '"""The codes that the service refuses with: made by `make client-types` of /openapi.json, not to be\nedited."""\n',
    "from collections.abc import Mapping\nfrom typing import Literal\n",
    `ServiceCode = Literal[\n${codes.map(([code]) => `    "${code}",\n`).join("")}]\n`,
    `STATUS_OF: Mapping[str, int] = {\n${codes.map(([code, status]) => `    "${code}": ${status},\n`).join("")}}`,
    '"""The HTTP status of each."""\n',
  ].join("\n");
}

await mkdir(directory, { recursive: true });
await writeFile(join(directory, "openapi.ts"), await httpTypes());
await writeFile(join(directory, "asyncapi.ts"), await socketTypes());
await writeFile(join(directory, "errors.ts"), errorTable(errors()));
await writeFile(python, pythonTable(errors()));
