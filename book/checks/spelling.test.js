// The book's words are spelled as in a dictionary, or stand in words.txt.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("spelling", () => {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const { stdout, stderr, status } = spawnSync("node_modules/.bin/cspell", ["lint", "--no-progress", "--no-summary"], {
    cwd: here,
    encoding: "utf8",
  });
  assert.equal(status, 0, `\n${stdout}${stderr}\nMend the word, or add it to book/checks/words.txt`);
});
