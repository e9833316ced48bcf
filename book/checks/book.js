// The built book: its pages, and a browser to see them in.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const folder = fileURLToPath(new URL(process.env.BOOK ?? "../book/", import.meta.url));

if (!existsSync(folder)) {
  console.error(`There is no book in ${folder}: build it first, by make book`);
  process.exit(1);
}

// print.html is every page again, and toc.html is the side bar for browsers without scripts.
const madeByMdbook = ["print.html", "toc.html"];
export const files = readdirSync(folder).filter((name) => name.endsWith(".html"));
export const pages = files.filter((name) => !madeByMdbook.includes(name));

export const themes = ["light", "navy"];
export const widths = [390, 1400];

const here = fileURLToPath(new URL("..", import.meta.url));

/** A file of the book's for paper and e-readers, and one of its styles. */
export const paper = (name) => join(here, "paper", name);
export const theme = (name) => join(here, "theme", name);

/** The pages in the order in which they are read. */
export function chapters() {
  const contents = readFileSync(join(folder, "toc.html"), "utf8");
  return [...contents.matchAll(/<a href="([\w-]+\.html)"/g)].map(([, file]) => file);
}

/** The book's title, description and language, from book.toml. */
export function about() {
  const settings = readFileSync(join(here, "book.toml"), "utf8");
  const words = (name) => new RegExp(`^${name} = "(.*)"$`, "m").exec(settings)[1];
  return { title: words("title"), description: words("description"), language: words("language") };
}

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const noBrowser = existsSync(executablePath)
  ? false
  : `there is no Chromium at ${executablePath}: install it, or name another with CHROMIUM`;

export function launch() {
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page of the book as somebody sees it who chose this theme and has a screen of this width; or on paper, or without scripts. */
export async function open(browser, file, how = {}) {
  const { theme = "light", width = 1400, touch = false, scripts = true, media = "screen", motion = "reduce" } = how;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    reducedMotion: motion,
    hasTouch: touch,
    javaScriptEnabled: scripts,
  });
  await context.addInitScript((theme) => {
    localStorage.setItem("mdbook-theme", theme);
    window.print = () => {};
  }, theme);
  const page = await context.newPage();
  await page.emulateMedia({ media, reducedMotion: motion });
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`leaves the machine: ${request.url()}`);
  });
  page.on("requestfailed", (request) => complaints.push(`not loaded: ${request.url()}`));
  await page.goto(new URL(file, pathToFileURL(folder)).href, { waitUntil: "load" });
  return { page, complaints, close: () => context.close() };
}
