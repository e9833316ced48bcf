// A word of the glossary is a link where a chapter first uses it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const folder = fileURLToPath(new URL("../src/", import.meta.url));

// Words that mean one thing in this book, mostly. An asterisk stands for an ending.
const TERMS = [
  "address space", "cache line*", "call tree*", "compound page*", "context switch*", "file descriptor*", "flame graph*", "folio*", "frame pointer*",
  "FUSE", "futex", "huge page*", "hypervisor*", "inter-processor interrupt*", "interrupt*", "kernel*", "KVM", "L2 cache", "latency", "lock*", "median", "memfd",
  "mutex*", "NUMA", "page*", "page cache", "page fault*", "page table*", "pipe*", "PMU", "process*", "profiler*", "PSI", "reference count*", "ring buffer*",
  "scheduler*", "seccomp", "short write*", "SIMD", "slot*", "socket*", "stolen time", "system call*", "throughput", "TLB", "topology", "transparent huge page*",
  "vCPU*", "virtual memory", "wait queue*", "zero page*",
];
// Pages of a book are no pages of memory.
const ANOTHER_MEANING = { "method.md": ["page*"], "running-a-workshop.md": ["page*"] };
const NO_CHAPTERS = ["SUMMARY.md", "glossary.md", "figures.md"];

/** The text with all that is no prose blanked out, at the same length. */
function prose(text) {
  const gone = [/^```[\s\S]*?^```/gm, /`[^`]*`/g, /\{\{#[\s\S]*?\}\}/g, /^#.*$/gm, /\[[^\]]*\]\([^)]*\)/g, /<summary>[\s\S]*?<\/summary>/g, /<[^>]+>/g, /https?:\/\/\S+/g];
  // Each sees the text as it was, as in a link whose words are code.
  const kept = [...text];
  for (const kind of gone) {
    for (const { 0: found, index } of text.matchAll(kind)) kept.fill("\0", index, index + found.length);
  }
  return kept.join("");
}

for (const file of readdirSync(folder).filter((file) => file.endsWith(".md") && !NO_CHAPTERS.includes(file))) {
  test(`terms of ${file}`, () => {
    // One character each, so that places agree.
    const text = readFileSync(folder + file, "utf8").replace(/[\u{10000}-\u{10ffff}]/gu, "?");
    const plain = prose(text);
    const faults = [];
    for (const term of TERMS.filter((term) => !ANOTHER_MEANING[file]?.includes(term))) {
      const word = term.replace("*", "");
      const ending = term.endsWith("*") ? "(?:e?s)?" : "";
      const used = new RegExp(`(?<![\\w-])${word.replaceAll(" ", "\\s")}${ending}(?![\\w-])`, word === word.toLowerCase() ? "i" : "").exec(plain);
      const linked = text.indexOf(`(glossary.md#${word.toLowerCase().replaceAll(" ", "-")})`);
      if (used && (linked === -1 || linked > used.index)) faults.push(`${word}: "${plain.slice(used.index - 30, used.index + 30).replaceAll("\n", " ")}"`);
    }
    assert.deepEqual(faults, []);
  });
}
