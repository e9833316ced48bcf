// The ring does what fs/pipe.c does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PAGE, bytesInside, call, emptyPipe, isEmpty, isFull } from "../../play/ring/model.mjs";

/** The pipe after these calls, such as "w 10000" or "r 4096". */
function after(calls, pipe = emptyPipe(), options = {}) {
  for (const each of calls) {
    const [end, bytes] = each.split(" ");
    pipe = call(pipe, end === "w" ? "writer" : "reader", Number(bytes), options).at(-1);
  }
  return pipe;
}

const lengths = (pipe) => pipe.slots.map((slot) => slot?.length ?? 0);

test("a write takes a page for each 4096 bytes", () => {
  const pipe = after(["w 10000"]);
  assert.deepEqual([pipe.head, pipe.tail, lengths(pipe)], [3, 0, [4096, 4096, 1808, 0]]);
  assert.equal(pipe.writer, null);
});

test("the odd part of a write goes into the last page if all of it fits", () => {
  assert.deepEqual(lengths(after(["w 10000", "w 1000"])), [4096, 4096, 2808, 0]);
  // pipe_write tries the odd part alone: of 4096 + 1000 bytes it moves 1000 into the last page.
  assert.deepEqual(lengths(after(["w 10000", "w 5096"])), [4096, 4096, 2808, 4096]);
  // 1808 + 2500 are too many for one page: none of it goes there.
  assert.deepEqual(lengths(after(["w 10000", "w 2500"])), [4096, 4096, 1808, 2500]);
  // Whole pages have no odd part.
  assert.deepEqual(lengths(after(["w 1000", "w 4096"])), [1000, 4096, 0, 0]);
  // Where there is room in front alone, nothing is merged.
  assert.deepEqual(lengths(after(["w 4096", "r 1000", "w 500"])), [3096, 500, 0, 0]);
});

test("an empty pipe has no last page to add to", () => {
  const pipe = after(["w 1000", "r 1000", "w 1000"]);
  assert.deepEqual([pipe.head, pipe.tail, lengths(pipe)], [2, 1, [0, 1000, 0, 0]]);
});

test("a full pipe puts the writer to sleep, and a read that frees a slot wakes it", () => {
  const full = after(["w 20000"]);
  assert.ok(isFull(full) && full.writer.asleep);
  assert.equal(full.writer.bytes - full.writer.done, 20000 - 4 * PAGE);
  const read = after(["r 4096"], full);
  assert.equal(read.writer, null, "the rest went in");
  assert.deepEqual([read.head, read.tail, lengths(read)], [5, 1, [3616, 4096, 4096, 4096]]);
});

test("a read that frees no slot wakes the writer for nothing", () => {
  const pipe = after(["w 20000", "r 100"]);
  assert.ok(pipe.writer.asleep);
  assert.match(pipe.words, /finds no free slot/);
});

test("an empty pipe puts the reader to sleep, and a write wakes it", () => {
  const waiting = after(["r 5000"]);
  assert.ok(waiting.reader.asleep);
  const pipe = after(["w 100"], waiting);
  assert.equal(pipe.reader, null);
  assert.ok(isEmpty(pipe));
});

test("who waits for more than the pipe holds gets all of it, in turns", () => {
  const pipe = after(["r 30000", "w 30000"]);
  // The reader is content with what is there, and returns with it.
  assert.equal(pipe.reader, null);
  assert.equal(pipe.tail, 4);
  assert.equal(bytesInside(pipe), 30000 - 4 * PAGE);
});

test("who may not sleep makes a short write, or fails", () => {
  const short = after(["w 20000"], emptyPipe(), { nonBlocking: true });
  assert.match(short.words, /short write.*returns 16384/);
  assert.match(after(["w 1"], short, { nonBlocking: true }).words, /EAGAIN/);
  assert.match(after(["r 1"], emptyPipe(), { nonBlocking: true }).words, /EAGAIN/);
});

test("one page is kept to spare, and taken first", () => {
  const read = after(["w 8192", "r 8192"]);
  assert.equal(read.spare, "p1");
  const written = after(["w 8192"], read);
  assert.deepEqual(written.slots.filter(Boolean).map(({ page }) => page), ["p1", "p3"]);
});

test("calls on a real pipe of four slots came to the same", () => {
  // Recorded with Linux 6.18 and O_NONBLOCK: the end, the bytes asked for, what the call returned
  // (-1 for EAGAIN), and FIONREAD after it.
  const recorded = JSON.parse(readFileSync(new URL("real-pipe.json", import.meta.url), "utf8"));
  for (const calls of recorded) {
    let pipe = emptyPipe();
    for (const [end, bytes, returned, inside] of calls) {
      pipe = after([`${end} ${bytes}`], pipe, { nonBlocking: true });
      assert.equal(Number(/returns (\d+)/.exec(pipe.words)?.[1] ?? -1), returned);
      assert.equal(bytesInside(pipe), inside);
    }
  }
});

test("whatever is called, no byte is lost and no slot is counted twice", () => {
  let seed = 1;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  for (const slots of [1, 2, 4, 8]) {
    let pipe = emptyPipe(slots);
    let [wanted, got] = [0, 0];
    for (let round = 0; round < 500; round++) {
      const end = random(2) ? "writer" : "reader";
      if (pipe[end]) continue;
      const bytes = 1 + random(12000);
      const frames = call(pipe, end, bytes);
      if (end === "writer") wanted += bytes;
      pipe = frames.at(-1);
      assert.ok(frames.every(({ words }) => words));
      for (const frame of frames) {
        const copied = /^(\d+) bytes are copied out/.exec(frame.words);
        if (copied) got += Number(copied[1]);
      }
      const left = pipe.writer ? pipe.writer.bytes - pipe.writer.done : 0;
      assert.equal(wanted, got + bytesInside(pipe) + left);
      assert.equal(pipe.slots.filter(Boolean).length, pipe.head - pipe.tail);
      assert.ok(pipe.slots.every((slot) => !slot || slot.offset + slot.length <= PAGE));
      assert.ok(!(pipe.writer && pipe.reader), "both ends sleep");
    }
  }
});
