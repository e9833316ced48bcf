// Writes what is made of book/play: npm run draw, or make figures.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { madeFiles } from "./figures.js";

for (const [path, content] of await madeFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
