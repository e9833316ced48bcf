// Every page in every theme and width, as PNG, to be looked at.
import { mkdirSync } from "node:fs";
import { launch, noBrowser, open, pages, themes, widths } from "./book.js";

if (noBrowser) {
  console.error(noBrowser);
  process.exit(1);
}

mkdirSync("screenshots", { recursive: true });
const browser = await launch();
for (const file of pages) {
  for (const theme of themes) {
    for (const width of widths) {
      const { page, close } = await open(browser, file, { theme, width });
      const path = `screenshots/${file.replace(".html", "")}-${theme}-${width}.png`;
      await page.screenshot({ path, fullPage: true });
      await close();
      console.log(path);
    }
  }
}
await browser.close();
