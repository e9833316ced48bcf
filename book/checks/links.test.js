// Every link inside the book leads somewhere: to a file that is there, and to a place in it that has that name.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "parse5";
import { files, folder } from "./book.js";

const parsed = new Map(files.map((file) => [file, readPage(file)]));

for (const [file, { links }] of parsed) {
  test(`links of ${file}`, () => {
    assert.deepEqual(links.map((link) => whatIsWrong(file, link)).filter(Boolean), []);
  });
}

function whatIsWrong(file, link) {
  // Where the book lies does not matter: any address will do as its root.
  const root = "http://book.invalid/";
  const url = new URL(link, root + file);
  if (url.origin + "/" !== root) return null;
  const target = decodeURIComponent(url.pathname.slice(1)) || "index.html";
  const place = decodeURIComponent(url.hash.slice(1));
  if (!existsSync(join(folder, target))) return `${link}: there is no ${target}`;
  if (place && parsed.has(target) && !parsed.get(target).ids.has(place)) return `${link}: ${target} has no ${place}`;
  return null;
}

function readPage(file) {
  const ids = new Set();
  const links = [];
  const visit = (node) => {
    for (const { name, value } of node.attrs ?? []) {
      if (name === "id") ids.add(value);
      if (name === "href" || name === "src") links.push(value);
    }
    for (const child of node.childNodes ?? []) visit(child);
    if (node.content) visit(node.content);
  };
  visit(parse(readFileSync(join(folder, file), "utf8")));
  return { ids, links };
}
