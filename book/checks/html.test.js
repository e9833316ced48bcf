// Every page is valid HTML.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { folder, pages } from "./book.js";

const htmlValidate = new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:standard"] }));

// mdBook's own, in the frame around the text; its side bar for browsers without scripts (toc.html) is not looked at.
const mdbooks = [/^<iframe> is missing required "title" attribute/, /<a> does not allow rel="prefetch"/];

for (const file of [...pages, "print.html"]) {
  test(`${file} is valid`, async () => {
    const { results } = await htmlValidate.validateString(readFileSync(join(folder, file), "utf8"));
    const faults = results
      .flatMap(({ messages }) => messages)
      .filter(({ message }) => !mdbooks.some((known) => known.test(message)))
      .map(({ ruleId, message, line, column }) => `${line}:${column} ${message} (${ruleId})`);
    assert.deepEqual(faults, []);
  });
}
