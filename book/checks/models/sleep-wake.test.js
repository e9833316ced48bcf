// What calls come to when some of them sleep; and whether that is what was measured.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BUFFER, parametersOf, predict, timeline } from "../../play/sleep-wake/model.mjs";
import { rowsOf } from "../../play/sleep-wake/frames.mjs";
import { describe } from "../../play/sleep-wake/picture.mjs";
import { wovenIn } from "../figures.js";

const near = (one, other, within) => Math.abs(one / other - 1) <= within;

test("a copy of 13 µs and two wake-ups of 25 for each 64 KiB", () => {
  const { mean } = predict({ awake: 13 * 4, sleep: 50, share: 1, pipe: 64 * 1024 });
  assert.ok(near(mean.gibPerSecond, 0.97, 0.01), mean.gibPerSecond);
});

test("who never sleeps has one hump, and its speed is the mean", () => {
  const { mean, humps } = predict({ awake: 3.2, sleep: 40, share: 0, pipe: BUFFER });
  assert.equal(mean.gibPerSecond, humps[0].gibPerSecond);
  assert.equal(humps[1].share, 0);
});

test("the mean of a time is not the mean of speeds", () => {
  const { mean, humps } = predict({ awake: 4, sleep: 36, share: 0.5, pipe: BUFFER });
  assert.equal(mean.microseconds, 22);
  assert.ok(mean.gibPerSecond < (humps[0].gibPerSecond + humps[1].gibPerSecond) / 2);
});

test("a pipe of half a buffer sleeps as long for half as much", () => {
  const [whole, half] = [BUFFER, BUFFER / 2].map((pipe) => predict({ awake: 8, sleep: 46, share: 1, pipe }));
  assert.equal(half.bytes, whole.bytes / 2);
  assert.ok(half.mean.gibPerSecond < whole.mean.gibPerSecond * 0.6);
});

test("the timeline is as long as its calls, and never are both at work", () => {
  const parameters = { awake: 8, sleep: 46, share: 0.5, pipe: BUFFER };
  const pieces = timeline(parameters, 4);
  assert.ok(near(pieces.at(-1).to, 4 * predict(parameters).mean.microseconds, 1e-9));
  pieces.forEach((piece, index) => {
    assert.equal(piece.from, index === 0 ? 0 : pieces[index - 1].to);
    assert.ok(!(piece.writer === "works" && piece.reader === "works"));
  });
  assert.equal(pieces.filter(({ writer, reader }) => writer === "wakes" || reader === "wakes").length, 2 * 2);
});

test("what was measured of a stage's calls gives the parameters back", () => {
  const parameters = parametersOf({ bytes: 65536, awake: 11, sleep: 49, share: 1 });
  const { humps } = predict(parameters);
  assert.ok(near(humps[0].microseconds, 11, 1e-9) && near(humps[1].microseconds, 60, 1e-9));
});

test("beside the model stand the humps that were measured", () => {
  const data = wovenIn()["sleep-wake"];
  const humps = (stage) => rowsOf(data, stage)[0].humps.map(({ name }) => name);
  assert.deepEqual(humps(1), ["slept"]);
  assert.deepEqual(humps(4), ["awake", "slept"]);
  assert.deepEqual(humps(5), ["awake"]);
});

test("the model comes within 15% of each of the reference's stages, or says that it does not", () => {
  const { stages, machines } = wovenIn()["sleep-wake"];
  for (const found of stages) {
    const parameters = parametersOf(found);
    const measured = machines[0].means[found.stage - 1];
    const far = !near(predict(parameters).mean.gibPerSecond, measured, 0.15);
    const words = describe(parameters, rowsOf({ stages, machines }, found.stage));
    assert.equal(far, /further off than 15%/.test(words), `stage ${found.stage}: ${words}`);
  }
});
