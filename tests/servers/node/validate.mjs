// Reads pages from the standard input, one JSON string a line, and writes what html-validate holds
// against each, one line a page. It stays at work, for it starts slower than it reads a page.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const rules = JSON.parse(readFileSync(new URL("htmlvalidate.json", import.meta.url), "utf8"));
const validator = new HtmlValidate(new StaticConfigLoader(rules));
for await (const line of createInterface({ input: process.stdin })) {
  const report = await validator.validateString(JSON.parse(line));
  const faults = report.results.flatMap((result) => result.messages);
  process.stdout.write(`${JSON.stringify(faults)}\n`);
}
