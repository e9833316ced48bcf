// What of the figures to play with is committed though a program makes it: the script that the
// pages load, and the key frames for where none runs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parse } from "parse5";
import { keyFrames } from "../play/key-frames.mjs";
import { folder, pages } from "./book.js";

const book = fileURLToPath(new URL("..", import.meta.url));
const ELEMENTS = { "page-walk": "page-walk", "sleep-wake": "sleep-wake", "claimed-touched": "touched" };

/** Path and content of each file that is made; the data are those in the built pages. */
export async function madeFiles() {
  const frames = Object.entries(keyFrames(wovenIn())).map(([name, html]) => [join(book, `play/frames/${name}.html`), html]);
  return new Map([[join(book, "theme/play.js"), await bundle()], ...frames]);
}

/** One classic script: a module does not load from a disk. */
async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: book,
    entryPoints: ["play/main.mjs"],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    banner: { js: "// Made of book/play by make figures." },
    write: false,
  });
  return outputFiles[0].text;
}

/** What the preprocessor put into the pages for each figure. */
export function wovenIn() {
  const data = {};
  const visit = (node) => {
    const name = ELEMENTS[node.nodeName];
    const script = name && node.childNodes.find((child) => child.nodeName === "script");
    if (script) data[name] = JSON.parse(script.childNodes[0].value);
    for (const child of node.childNodes ?? []) visit(child);
  };
  for (const page of pages) visit(parse(readFileSync(join(folder, page), "utf8")));
  return data;
}
