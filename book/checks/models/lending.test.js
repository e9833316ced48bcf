// The proof of stage 2, by trying everything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGES, isRight, slotsFor, start, stepReader, stepWriter } from "../../play/lending/model.mjs";

/** Every order in which the two ends can take `depth` steps; true if some order yields a wrong page. */
function canGoWrong(slots, depth) {
  let reached = new Map([["", start(slots)]]);
  for (let step = 0; step < depth; step++) {
    const next = new Map();
    for (const state of reached.values()) {
      for (const after of [stepWriter(state), stepReader(state)]) {
        if (!after.got.every(isRight)) return true;
        // What was read, and the words, do not change what may come.
        next.set(JSON.stringify({ ...after, got: after.got.length, words: "" }), after);
      }
    }
    reached = next;
  }
  return false;
}

for (const slots of [1, 2, PAGES]) {
  test(`a pipe of ${slots} slots is safe with buffers of ${PAGES} pages, in whatever order`, () => {
    assert.equal(canGoWrong(slots, 24), false);
  });
}

for (const slots of [PAGES + 1, PAGES * 2]) {
  test(`a pipe that was asked to have ${slots} slots is not`, () => {
    assert.equal(canGoWrong(slots, 12), true);
  });
}

test("the kernel makes a power of two of a size", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 8, 9].map(slotsFor), [1, 2, 4, 4, 8, 8, 16]);
});

test("a full pipe makes vmsplice sleep, and an empty one the reader", () => {
  let state = stepReader(start(PAGES));
  assert.equal(state.asleep, "reader");
  for (let step = 0; step < 4; step++) state = stepWriter(state);
  assert.equal(state.asleep, "writer");
  assert.match(stepReader(state).words, /page 1 of A: a/);
});

test("a vmsplice takes as many pages as there are slots, and the rest needs another", () => {
  let state = stepWriter(stepWriter(start(2)));
  assert.equal(state.lent, 2);
  state = stepWriter(stepReader(state));
  assert.equal(state.lent, 3);
});
