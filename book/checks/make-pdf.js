// The book as book/paper/fast-pipes.pdf, printed by Chromium: make pdf.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { about, launch, noBrowser, open, paper } from "./book.js";
import { makeReadyForPaper } from "./paper.js";

if (noBrowser) {
  console.error(noBrowser);
  process.exit(1);
}

const path = paper("fast-pipes.pdf");
mkdirSync(dirname(path), { recursive: true });
const browser = await launch();
const { page } = await open(browser, "print.html", { media: "print" });
await page.evaluate(makeReadyForPaper, about());
await page.pdf({ path, preferCSSPageSize: true, printBackground: true, outline: true, tagged: true });
await browser.close();
console.log(`Read it from ${path}`);
