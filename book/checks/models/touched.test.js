// GiB/s, and what they come to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEPTHS, PAGE, worth } from "../../play/touched/model.mjs";

test("who touches every byte has touched what is claimed", () => {
  assert.equal(worth(23.3, PAGE).touched, 23.3);
});

test("who touches nothing has touched nothing, and a byte of a page is a 4096th", () => {
  assert.equal(worth(75, 0).touched, 0);
  assert.equal(worth(64, 1).touched, 64 / 4096);
});

test("time is the other way to say it", () => {
  // 1 GiB/s: 262144 pages in a second.
  assert.ok(Math.abs(worth(1, 0).nanosecondsForPage - 1e9 / 262144) < 1e-6);
  assert.ok(Math.abs(worth(1, 0).microsecondsForBuffer - 1e6 / 4096) < 1e-9);
  assert.deepEqual(DEPTHS.map(({ bytes }) => bytes), [0, 1, 4096]);
});
