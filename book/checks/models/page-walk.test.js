// The walk cuts an address as the CPU does, and counts as the kernel does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HUGE, SMALL, lookUp, parseAddress, put, showAddress, take } from "../../play/page-walk/model.mjs";

const example = parseAddress("0x0000f2705af953c0");
const aligned = parseAddress("7f0012200000");

test("the chapter's address", () => {
  assert.deepEqual(take(example, SMALL), {
    entries: [
      { level: "PGD", index: 484 },
      { level: "PUD", index: 449 },
      { level: "PMD", index: 215 },
      { level: "PTE", index: 405 },
    ],
    offset: 0x3c0,
  });
  const huge = take(example, HUGE);
  assert.equal(huge.entries.length, 3);
  assert.equal(huge.offset, (405 << 12) + 0x3c0);
});

test("what is put into a part can be taken out of it, and the rest stays", () => {
  for (const pageSize of [SMALL, HUGE]) {
    for (const { level } of take(example, pageSize).entries) {
      const changed = put(example, pageSize, level, 7);
      assert.equal(take(changed, pageSize).entries.find((entry) => entry.level === level).index, 7);
      assert.equal(put(changed, pageSize, level, take(example, pageSize).entries.find((entry) => entry.level === level).index), example);
    }
    assert.equal(take(put(example, pageSize, "offset", 5), pageSize).offset, 5);
  }
});

test("addresses as people write them", () => {
  assert.equal(showAddress(example), "0x0000f2705af953c0");
  assert.equal(parseAddress(" 0xF2705AF953C0 "), example);
  for (const none of ["", "0x", "xyz", "1 2", "-1", "1000000000000"]) assert.equal(parseAddress(none), null, none);
});

test("256 KiB on small pages: 4 rounds, an entry and a count for each page", () => {
  // Each round reads one entry on the three levels above, and 16 on the last.
  assert.deepEqual(lookUp(aligned, 256 << 10, SMALL), { slots: 64, rounds: 4, read: 4 * (3 + 16), leaves: 64, counted: 64 });
});

test("256 KiB on a huge page: one entry and one count for a round", () => {
  assert.deepEqual(lookUp(aligned, 256 << 10, HUGE), { slots: 64, rounds: 4, read: 4 * 3, leaves: 4, counted: 4 });
});

test("a buffer that does not begin a page touches one page more", () => {
  assert.equal(lookUp(aligned + 1n, 256 << 10, SMALL).slots, 65);
  assert.equal(lookUp(aligned + 1n, 256 << 10, SMALL).rounds, 5);
});

test("a round that goes over the end of a huge page finds two", () => {
  const across = aligned + HUGE - 8n * SMALL;
  assert.deepEqual(lookUp(across, 64 << 10, HUGE), { slots: 16, rounds: 1, read: 2 + 2, leaves: 2, counted: 2 });
});
