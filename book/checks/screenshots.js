// Every page in every theme and width, and as on paper, with all answers unfolded: as PNG, to be looked at.
import { mkdirSync } from "node:fs";
import { launch, noBrowser, open, pages, themes, widths } from "./book.js";
import { unfold } from "./inspect.js";
import { PAPER } from "./paper.js";

if (noBrowser) {
  console.error(noBrowser);
  process.exit(1);
}

const looks = themes.flatMap((theme) => widths.map((width) => [`${theme}-${width}`, { theme, width }]));
looks.push(["print", { media: "print", width: PAPER }]);

mkdirSync("screenshots", { recursive: true });
const browser = await launch();
for (const file of pages) {
  for (const [name, how] of looks) {
    const { page, close } = await open(browser, file, how);
    await page.evaluate(unfold);
    const path = `screenshots/${file.replace(".html", "")}-${name}.png`;
    await page.screenshot({ path, fullPage: true });
    await close();
    console.log(path);
  }
}
await browser.close();
