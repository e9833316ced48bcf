// The book on paper and for e-readers: nothing is cut off, nothing scrolls, and it is what it says it is.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { about, chapters, launch, noBrowser, open, paper } from "./book.js";
import { PAPER, cutOff, makeReadyForPaper } from "./paper.js";

const POINTS = { left: 48, right: 595 - 48 };

const without = (...tools) => {
  const missing = tools.filter((tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0);
  return noBrowser || (missing.length > 0 && `${missing.join(" and ")}: not installed`);
};

function run(program, ...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(status, 0, `${program} ${words.join(" ")}\n${stdout}\n${stderr}`);
  return stdout;
}

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

test("nothing scrolls on paper, and nothing is wider than it", { skip: noBrowser }, async () => {
  const browser = await launch();
  const { page, complaints } = await open(browser, "print.html", { media: "print", width: PAPER });
  await page.evaluate(makeReadyForPaper, about());
  const faults = [...complaints, ...(await page.evaluate(cutOff))];
  await browser.close();
  assert.deepEqual(faults, []);
});

test("the PDF has a page for each chapter's beginning, and no word over its margins", { skip: without("pdftotext") }, () => {
  run(process.execPath, here("make-pdf.js"));
  const words = run("pdftotext", "-bbox", paper("fast-pipes.pdf"), "-");
  const outside = [...words.matchAll(/xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)</g)]
    .filter(([, from, to]) => Number(from) < POINTS.left || Number(to) > POINTS.right)
    .map(([, , , word]) => word);
  assert.deepEqual(outside, []);
  const pages = run("pdftotext", "-layout", paper("fast-pipes.pdf"), "-").split("\f");
  assert.match(pages[0], /Fast Pipes/);
  for (const file of chapters()) {
    const [, heading] = /<a class="header"[^>]*>(.*?)<\/a>/s.exec(readFileSync(here(`../book/${file}`), "utf8"));
    const title = heading.replace(/<[^>]+>/g, "");
    assert.ok(pages.some((page) => page.trimStart().startsWith(title)), `no page begins with ${title}`);
  }
});

test("the EPUB is valid", { skip: without("epubcheck", "java") }, () => {
  run(process.execPath, here("make-epub.js"));
  // Debian's epubcheck is an archive that only some systems can start by itself.
  run("java", "-jar", run("sh", "-c", "command -v epubcheck").trim(), "--failonwarnings", paper("fast-pipes.epub"));
});
