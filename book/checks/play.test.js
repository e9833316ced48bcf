// The figures to play with, as they are played with: by keyboard alone, by touch, and not at all.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launch, noBrowser, open } from "./book.js";
import { madeFiles } from "./figures.js";
import { badLabels, outOfSight, smallText } from "./inspect.js";

const LIMIT = 60 * 1024;

test("what is made of book/play is as committed, and small", async () => {
  for (const [path, content] of await madeFiles()) {
    assert.equal(readFileSync(path, "utf8"), content, `${path} is not made of what is there: run make figures`);
    if (path.endsWith(".js")) assert.ok(Buffer.byteLength(content) < LIMIT, `${path} is larger than ${LIMIT} bytes`);
  }
});

const FIGURES = [
  {
    file: "stage1.html",
    element: "pipe-ring",
    acts: ["write 10000", "Step", "Step", "Step", "write 1000", "write 10000", "read 10000", "Back", "Step"],
    says: /Step 9 of 15\. 4096 bytes are copied out of p1/,
  },
  {
    file: "stage2.html",
    element: "pipe-lending",
    acts: ["The pipe has=8", "Writer: write a into A", "Writer: vmsplice A", "Writer: write b into B", "Writer: vmsplice B", "Writer: write c into A", "Reader: take a page"],
    says: /gets c\..*a stood there/,
  },
  {
    file: "stage4.html",
    element: "page-walk",
    acts: ["Pages of=huge", "A call lends=16", "Address=7f0012200000"],
    says: /^3 levels\. 3 entries looked up and 1 counts? raised for 64 KiB\. Measured on this book's machine/,
  },
  {
    file: "stage5.html",
    element: "sleep-wake",
    acts: ["Start from=5", "Start from=1", "The pipe holds=262144", "Calls that sleep (put in)=most"],
    says: /^100 of 100 calls sleep and take [\d.]+ µs\. With 256 KiB a call, that makes [\d.]+ GiB\/s\. This book's machine/,
  },
  {
    file: "honest.html",
    element: "claimed-touched",
    acts: ["The reader touches=every"],
    says: /^Claimed: ([\d.]+) GiB\/s.* Touched: \1 GiB\/s\.$/,
  },
];

describe("a figure to play with", () => {
  let browser;
  before(async () => {
    if (!noBrowser) browser = await launch();
  });
  after(() => browser?.close());

  for (const { file, element, acts, says } of FIGURES) {
    test(`${element}, by keyboard alone`, { skip: noBrowser }, async () => {
      const { page, complaints, close } = await open(browser, file);
      const figure = page.locator(element);
      for (const act of acts) await byKeyboard(page, figure, act);
      assert.match(await figure.locator(".play-words").textContent(), says);
      // A key that moves something here turns no page and opens no search.
      for (const key of ["ArrowRight", "s"]) await page.keyboard.press(key);
      assert.ok(page.url().endsWith(file), page.url());
      assert.equal(await page.locator("#mdbook-searchbar").isVisible(), false);
      assert.deepEqual(complaints, []);
      await close();
    });

    test(`${element}, by touch on a phone`, { skip: noBrowser }, async () => {
      const { page, complaints, close } = await open(browser, file, { theme: "navy", width: 390, touch: true });
      const figure = page.locator(element);
      for (const act of acts) {
        await byTouch(figure, act);
        assert.deepEqual([...(await page.evaluate(badLabels)), ...(await page.evaluate(smallText))], [], act);
      }
      assert.match(await figure.locator(".play-words").textContent(), says);
      for (const control of await figure.locator("button, select, input[type=text]").all()) {
        const { width, height } = await control.boundingBox();
        assert.ok(width >= 44 && height >= 44, `${await control.textContent()}: ${width} x ${height}, too small for a finger`);
      }
      assert.deepEqual(complaints, []);
      await close();
    });

    test(`${element}, without a script and on paper`, { skip: noBrowser }, async () => {
      for (const how of [{ scripts: false }, { media: "print" }]) {
        const { page, close } = await open(browser, file, how);
        const faults = [...(await page.evaluate(badLabels)), ...(await page.evaluate(outOfSight))];
        assert.deepEqual(faults, []);
        const frames = page.locator(`${element} .play-frame`);
        assert.ok((await frames.count()) >= 2);
        for (const frame of await frames.all()) {
          assert.ok(await frame.locator("svg").isVisible());
          assert.ok((await frame.locator("p").textContent()).length > 40);
        }
        assert.equal(await page.locator(`${element} .play-live`).isVisible(), false);
        await close();
      }
    });
  }

  test("nothing moves by itself", { skip: noBrowser }, async () => {
    for (const { file, element } of FIGURES) {
      const { page, close } = await open(browser, file, { motion: "no-preference" });
      const moving = await page.locator(element).evaluate((figure) => figure.getAnimations({ subtree: true }).length);
      assert.equal(moving, 0);
      await close();
    }
  });
});

/** Goes to a control by Tab, as somebody does who has no mouse, and works it. "Name=value" sets one. */
async function byKeyboard(page, figure, act) {
  const [name, value] = act.split("=");
  const control = controlOf(figure, name, value);
  await figure.locator("select, button, input").first().focus();
  for (let tab = 0; !(await control.evaluate((it) => it === document.activeElement)); tab++) {
    assert.ok(tab < 30, `no Tab leads to "${name}"`);
    await page.keyboard.press("Tab");
  }
  if (value === undefined) return page.keyboard.press("Enter");
  if (value === "most") return page.keyboard.press("End");
  if ((await control.evaluate((it) => it.localName)) === "input") {
    await page.keyboard.press("ControlOrMeta+A");
    return page.keyboard.type(value);
  }
  for (let press = 0; (await control.inputValue()) !== value; press++) {
    assert.ok(press < 30, `no arrow chooses ${value}`);
    const down = await control.evaluate((it, value) => [...it.options].findIndex((option) => option.value === value) > it.selectedIndex, value);
    await page.keyboard.press(down ? "ArrowDown" : "ArrowUp");
  }
}

async function byTouch(figure, act) {
  const [name, value] = act.split("=");
  const control = controlOf(figure, name, value);
  const { width, height } = await control.boundingBox();
  await control.tap(value === "most" ? { position: { x: width - 2, y: height / 2 } } : {});
  if (value === "most") return;
  if (value === undefined) return;
  if ((await control.evaluate((it) => it.localName)) === "input") await control.fill(value);
  else await control.selectOption(value);
}

/** By its name: a button, or what can be given a value. */
const controlOf = (figure, name, value) => {
  const named = (role) => figure.getByRole(role, { name, exact: true });
  return value === undefined ? named("button") : named("combobox").or(named("textbox")).or(named("slider"));
};
