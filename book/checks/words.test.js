// How long the chapters are. Later ones come, so this is where a chapter that has become two says so.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const folder = fileURLToPath(new URL("../src/", import.meta.url));
const read = (file) => readFileSync(folder + file, "utf8");
const words = (text) => text.split(/\s+/).filter(Boolean).length;

const CHAPTER = 2500;
const SHORT_WAY = 8000;
// They are looked things up in, and not read.
const REFERENCE = ["SUMMARY.md", "glossary.md"];
// As challenge.md says.
const ON_THE_SHORT_WAY = ["challenge.md", "stage1.md", "stage2.md", "stage3.md", "stage4.md", "stage5.md", "method.md"];

test("no chapter is too long", () => {
  const chapters = readdirSync(folder).filter((file) => file.endsWith(".md") && !REFERENCE.includes(file));
  const long = chapters.map((file) => [file, words(read(file))]).filter(([, count]) => count > CHAPTER);
  assert.deepEqual(long, [], `more than ${CHAPTER} words`);
});

test("the short way is short", () => {
  const counts = ON_THE_SHORT_WAY.map((file) => [file, words(shortWay(read(file)))]);
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  assert.ok(all < SHORT_WAY, `${all} words: ${counts.map((count) => count.join(" ")).join(", ")}`);
});

/** Without the sections whose heading ends with {.long}, and all below them. */
function shortWay(text) {
  let leftOut = Infinity;
  return text
    .split("\n")
    .filter((line) => {
      const level = /^#{1,3}(?= )/.exec(line)?.[0].length;
      if (level && level <= leftOut) leftOut = line.endsWith("{.long}") ? level : Infinity;
      return leftOut === Infinity;
    })
    .join("\n");
}
