// Each figure on the whole screen, as a room sees it: by a key, to be read from the last row, and back.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, noBrowser, open, pages } from "./book.js";

const PROJECTOR = { width: 1280, height: 720 };
// Of the screen's height; a line of a slide with 25 lines of text has 4%.
const LEAST = 0.025;

describe("on the whole screen", () => {
  let browser;
  before(async () => {
    if (!noBrowser) browser = await launch();
  });
  after(() => browser?.close());

  for (const file of pages) {
    test(file, { skip: noBrowser }, async () => {
      const { page, complaints, close } = await open(browser, file);
      await page.setViewportSize(PROJECTOR);
      const count = await page.evaluate(() => [...document.querySelectorAll("main figure")].filter((it) => it.getClientRects().length).length);
      const faults = [...complaints];
      await page.keyboard.press("f");
      assert.equal(await page.evaluate(() => Boolean(document.fullscreenElement)), count > 0);
      // The first one that is pressed for is in the middle of the window: from there to both ends.
      for (let index = 1; index < count; index++) await page.keyboard.press("ArrowLeft");
      const seen = new Set();
      for (let index = 0; index < count; index++) {
        const { name, fault } = await page.evaluate(look, LEAST);
        seen.add(name);
        if (fault) faults.push(`${name}: ${fault}`);
        await page.keyboard.press("ArrowRight");
      }
      assert.equal(seen.size, count);
      await page.keyboard.press("f");
      assert.equal(await page.evaluate(() => document.fullscreenElement), null);
      assert.ok(page.url().endsWith(file), page.url());
      await close();
      assert.deepEqual(faults, []);
    });
  }

  test("a letter that is typed is no key", { skip: noBrowser }, async () => {
    const { page, close } = await open(browser, "stage4.html");
    await page.locator("page-walk input[type=text]").focus();
    await page.keyboard.press("f");
    assert.equal(await page.evaluate(() => document.fullscreenElement), null);
    await close();
  });
});

/** What is on the whole screen, and what is wrong with that; runs in the page. */
function look(least) {
  const figure = document.fullscreenElement;
  const name = [...document.querySelectorAll("figure")].indexOf(figure) + ": " + figure.querySelector("figcaption").textContent;
  const shown = (element) => element.getClientRects().length > 0;
  const outside = [...figure.querySelectorAll("svg, p, button, input, figcaption")].filter(shown).find((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
  });
  if (outside) return { name, fault: `<${outside.localName}> goes beyond the screen` };
  const letters = [...figure.querySelectorAll("svg text")].filter(shown).map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d);
  const smallest = Math.min(...letters) / innerHeight;
  // A flame graph's boxes are read by whoever sits before it; its call tree has the same names.
  const fault = smallest < least && !figure.matches(".flame") && `letters of ${(100 * smallest).toFixed(1)}% of the height`;
  return { name, fault };
}
