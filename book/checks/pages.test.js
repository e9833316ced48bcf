// Every page in a browser: in light and dark, on a phone and on a desk.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { folder, launch, noBrowser, open, pages, themes, widths } from "./book.js";
import { badLabels, outOfSight, sideways, smallText, unfold } from "./inspect.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LIMIT = 200 * 1024;
// mdBook's own, in the frame around the text: good practice that it does not follow, and no more than that.
const MDBOOKS = [".menu-title", ".right-buttons", "#mdbook-sidebar-toggle"];
let browser;

before(async () => {
  if (!noBrowser) browser = await launch();
});
after(() => browser?.close());

describe("every page", { concurrency: 2 }, () => {
  for (const file of pages) {
    for (const theme of themes) {
      for (const width of widths) {
        test(`${file} in ${theme}, ${width} pixels wide`, { skip: noBrowser }, async () => {
          const { page, complaints, close } = await open(browser, file, { theme, width });
          const faults = [...complaints];

          const { size } = statSync(join(folder, file));
          if (size > LIMIT) faults.push(`${size} bytes are more than ${LIMIT}: it loads slowly`);

          await page.evaluate(unfold);
          await page.evaluate(() => document.fonts.ready);
          faults.push(...(await page.evaluate(sideways)));
          faults.push(...(await page.evaluate(outOfSight)));
          faults.push(...(await page.evaluate(badLabels)));
          faults.push(...(await page.evaluate(smallText)));
          faults.push(...(await axeFaults(page)));

          await close();
          assert.deepEqual(faults, []);
        });
      }
    }
  }
});

test("the page to print", { skip: noBrowser }, async () => {
  const { complaints, close } = await open(browser, "print.html");
  await close();
  assert.deepEqual(complaints, []);
});

test("search finds huge pages", { skip: noBrowser }, async () => {
  const { page, close } = await open(browser, "index.html");
  await page.keyboard.press("s");
  await page.locator("#mdbook-searchbar").pressSequentially("huge pages");
  const found = page.locator("#mdbook-searchresults a").first();
  await found.waitFor();
  assert.match(await found.textContent(), /huge/i);
  await close();
});

async function axeFaults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`))
    .filter((finding) => !MDBOOKS.some((frame) => finding.endsWith(`: ${frame}`)));
}
