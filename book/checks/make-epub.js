// The book as book/paper/fast-pipes.epub: make epub. A browser makes XHTML of the pages.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { about, chapters, launch, noBrowser, open, paper, theme } from "./book.js";
import { chapterForReaders } from "./paper.js";

if (noBrowser) {
  console.error(noBrowser);
  process.exit(1);
}

const { title, description, language } = about();
const browser = await launch();
const made = [];
let cover;
for (const file of chapters()) {
  const { page, close } = await open(browser, file);
  made.push({ file: file.replace(".html", ".xhtml"), ...(await page.evaluate(chapterForReaders)) });
  cover ??= await page.locator(".chart.wide").first().evaluate((svg) => new XMLSerializer().serializeToString(svg));
  await close();
}
await browser.close();

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const xhtml = (title, body) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="${language}" lang="${language}">\n` +
  `<head><title>${escaped(title)}</title><link rel="stylesheet" type="text/css" href="book.css"/></head>\n<body>\n${body}\n</body>\n</html>\n`;

const items = made.map(({ title, xhtml: body, file }) => [file, xhtml(title, body), body.includes("<svg") ? "svg" : ""]);
const contents = made.map(({ title, file }) => `<li><a href="${file}">${escaped(title)}</a></li>`).join("\n");
items.unshift(
  ["cover.xhtml", xhtml(title, `<section class="cover"><h1>${escaped(title)}</h1><p>${escaped(description)}</p>${cover}</section>`), "svg"],
  ["nav.xhtml", xhtml(title, `<nav epub:type="toc"><h1>Contents</h1><ol>${contents}</ol></nav>`), "nav"],
);
const id = (file) => file.replace(/\W/g, "-");
const manifest = items.map(([file, , properties]) => `<item id="${id(file)}" href="${file}" media-type="application/xhtml+xml"${properties && ` properties="${properties}"`}/>`);
const spine = items.map(([file]) => `<itemref idref="${id(file)}"/>`);
const metadata = [
  `<dc:identifier id="book">urn:fast-pipes</dc:identifier><dc:title>${escaped(title)}</dc:title>`,
  `<dc:language>${language}</dc:language><dc:description>${escaped(description)}</dc:description>`,
  `<meta property="dcterms:modified">${new Date().toISOString().slice(0, 19)}Z</meta>`,
];
const files = [
  ["META-INF/container.xml", `<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`],
  ["book/package.opf", `<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">${metadata.join("")}</metadata><manifest>${manifest.join("")}<item id="css" href="book.css" media-type="text/css"/></manifest><spine>${spine.join("")}</spine></package>`],
  ["book/book.css", styleForReaders()],
  ...items.map(([file, text]) => [`book/${file}`, text]),
];

const zip = new ZipWriter(new Uint8ArrayWriter());
// What kind of file it is stands first, and as it is.
await zip.add("mimetype", new TextReader("application/epub+zip"), { level: 0, extendedTimestamp: false, dataDescriptor: false });
for (const [name, text] of files) await zip.add(name, new TextReader(text), { extendedTimestamp: false });
const path = paper("fast-pipes.epub");
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, await zip.close());
console.log(`Read it from ${path}`);

/** The pictures' style in the colors of the light theme, since many readers know no variables; and a little for the text. */
function styleForReaders() {
  const css = readFileSync(theme("figures.css"), "utf8");
  const colors = Object.fromEntries([...css.slice(0, css.indexOf("}")).matchAll(/(--[\w-]+): (.+);/g)].map(([, name, color]) => [name, color]));
  Object.assign(colors, { "--fg": "#000", "--bg": "#fff", "--mono-font": "monospace" });
  const rules = css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .match(/^[^@{}\s][^{}]*\{[^{}]*\}/gm)
    .filter((rule) => /^\.fig|^fig/.test(rule));
  const own = [
    "body{line-height:1.5} pre,code{font-family:monospace;font-size:0.85em} pre{white-space:pre-wrap}",
    "aside,.details,.remember{margin:1em 0;padding:0 1em;border-left:3px solid #c3c7cd} .summary{font-weight:bold} .option{white-space:nowrap} .long::after{content:\" (the long way)\";font-weight:normal;font-size:0.6em}",
    "table{border-collapse:collapse;font-size:0.85em} th,td{padding:0.2em 0.5em;border-bottom:1px solid #ccc} svg{max-width:100%} .cover{text-align:center}",
  ];
  return [...rules, ...own].join("\n").replace(/var\((--[\w-]+)\)/g, (_, name) => colors[name] ?? "inherit");
}
