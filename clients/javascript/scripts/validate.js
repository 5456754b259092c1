// Holds `/asyncapi.json`, on standard input, against the parser of AsyncAPI's own tools; what it finds is
// said line by line, and the status is 1 where one of them is an error.
import { text } from "node:stream/consumers";
import { Parser } from "@asyncapi/parser";

const ERROR = 0;

const found = await new Parser().validate(await text(process.stdin));
for (const { severity, code, message, path } of found) console.log(severity, code, message, path.join("/"));
process.exitCode = found.some(({ severity }) => severity === ERROR) ? 1 : 0;
