#!/usr/bin/env bash
# Types made of a valid schema refuse values that it allows, and take some that it does not; the two generators differ in each row.
#
# Versions: json-schema-to-typescript 16.0.0, openapi-typescript 7.13.0, typescript 5.9.3; jsonschema 4.26.0 (which
#   says what is valid), Node 20, Python 3.11.
# Guess: a type is wider than its schema, where TypeScript cannot say as much (a pattern, a number's range): it
#   takes all that is valid, and a little more. OpenAPI 3.1 is JSON Schema 2020-12, so both say the same.
# What happens: both are narrower in places, so that a valid value does not compile.
#   - `prefixItems` with `items: false` is `never[]` for json-schema-to-typescript, which is made for draft 4
#     and says nothing of it; with `items` of a type it is an array of that. openapi-typescript, which is made
#     for 3.1, leaves out what may follow.
#   - `properties` beside `patternProperties` or `additionalProperties` is an intersection with an index
#     signature for openapi-typescript, of which no value can be written where the types differ.
#   - `{"type": "object"}`, any object, is `Record<string, never>`, an object without fields.
#   - what stands beside a `$ref`, which counts since 2019-09, is dropped by openapi-typescript.
#   And wider where TypeScript could say it: `const: null` is `unknown` for openapi-typescript (0 is 0);
#   `["string", "null"]` with a `const` lets null in for json-schema-to-typescript, and `unevaluatedProperties:
#   false` leaves its type open; neither looks at the enum of `propertyNames`.
# Why it matters: a client in TypeScript must cast what its own documents allow, or takes for checked what is not.
#   Compile the examples of the documents against the types that are made of them.
# Seen: the table at the end of this script: whether a valid value compiles, and an invalid one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check jsonschema==4.26.0
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund \
  json-schema-to-typescript@16.0.0 openapi-typescript@7.13.0 typescript@5.9.3
cat > rows.json <<'JSON'
{
  "Tuple": [
    { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "number" }], "items": false, "minItems": 2 },
    ["a", 1], ["a", "b"]],
  "Rest": [
    { "type": "array", "prefixItems": [{ "type": "string" }], "items": { "type": "number" }, "minItems": 1 },
    ["a", 1, 2], ["a", "b"]],
  "Patterns": [
    { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"],
      "patternProperties": { "^x-": { "type": "number" } }, "additionalProperties": false },
    { "name": "n", "x-a": 1 }, { "name": 1 }],
  "Others": [
    { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"],
      "additionalProperties": { "type": "number" } },
    { "name": "n", "a": 1 }, { "name": "n", "a": true }],
  "Object": [{ "type": "object" }, { "a": 1 }, 1],
  "Beside": [
    { "$ref": "#/$defs/Base", "properties": { "b": { "type": "number" } }, "required": ["b"] },
    { "a": "x", "b": 1 }, { "a": "x" }],
  "Null": [{ "const": null }, null, 1],
  "Zero": [{ "const": 0 }, 0, 1],
  "Word": [{ "type": ["string", "null"], "const": "x" }, "x", null],
  "Keys": [
    { "type": "object", "propertyNames": { "enum": ["a", "b"] }, "additionalProperties": { "type": "number" } },
    { "a": 1 }, { "c": 1 }],
  "Closed": [
    { "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"], "unevaluatedProperties": false },
    { "a": "x" }, { "a": "x", "b": 1 }]
}
JSON
cat > valid.py <<'PY'
import json

from jsonschema import Draft202012Validator

base = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
for name, (schema, good, bad) in json.load(open("rows.json")).items():
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator({**schema, "$defs": {"Base": base}})
    assert validator.is_valid(good) and not validator.is_valid(bad), name
PY
venv/bin/python valid.py
cat > types.mjs <<'JS'
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";
import openapiTypescript, { astToString } from "openapi-typescript";
import ts from "typescript";

const rows = JSON.parse(readFileSync("rows.json"));
const Base = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
const makers = {
  "json-schema-to-typescript": async (name, schema) =>
    [await compile({ ...schema, $defs: { Base } }, name, { bannerComment: "" }), name],
  "openapi-typescript": async (name, schema) => {
    const schemas = JSON.parse(JSON.stringify({ [name]: schema, Base }).replaceAll("#/$defs/", "#/components/schemas/"));
    const document = { openapi: "3.1.0", info: { title: "t", version: "1" }, paths: {}, components: { schemas } };
    return [astToString(await openapiTypescript(document, { silent: true })), `components["schemas"]["${name}"]`];
  },
};
const files = [];
for (const [maker, make] of Object.entries(makers)) {
  for (const [name, [schema, good, bad]] of Object.entries(rows)) {
    const [code, type] = await make(name, schema);
    for (const [kind, value] of Object.entries({ good, bad })) {
      const path = `${maker}-${name}-${kind}.ts`;
      writeFileSync(path, `${code}\nexport const value: ${type} = ${JSON.stringify(value)};\n`);
      files.push(path);
    }
  }
}
const program = ts.createProgram(files, { strict: true, noEmit: true, types: [] });
const refuses = (path) => program.getSemanticDiagnostics(program.getSourceFile(path)).length > 0;
console.log(`${" ".repeat(10)}${Object.keys(makers).map((maker) => maker.padEnd(27)).join("")}`.trimEnd());
for (const name of Object.keys(rows)) {
  const said = Object.keys(makers).map((maker) => {
    const [good, bad] = ["good", "bad"].map((kind) => refuses(`${maker}-${name}-${kind}.ts`));
    return [good && "refuses the valid", !bad && "takes the invalid"].filter(Boolean).join(", ") || "-";
  });
  console.log(`${name.padEnd(10)}${said[0].padEnd(27)}${said[1]}`);
}
JS
node types.mjs | tee seen
cat > expected <<'TABLE'
          json-schema-to-typescript  openapi-typescript
Tuple     refuses the valid          -
Rest      refuses the valid          refuses the valid
Patterns  -                          refuses the valid
Others    -                          refuses the valid
Object    -                          refuses the valid
Beside    -                          refuses the valid, takes the invalid
Null      -                          takes the invalid
Zero      -                          -
Word      takes the invalid          -
Keys      takes the invalid          takes the invalid
Closed    takes the invalid          -
TABLE
diff expected seen > difference || { cat difference; echo "changed: other values compile" >&2; exit 1; }
