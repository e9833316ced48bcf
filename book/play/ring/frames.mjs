// What the ring shows where nobody can play with it: the pipe after each of four calls.
import { call, emptyPipe } from "./model.mjs";
import { HEIGHT, describe, draw } from "./picture.mjs";

const CALLS = [
  ["writer", 10000],
  ["writer", 1000],
  ["writer", 10000],
  ["reader", 10000],
];

const says = { writer: (bytes) => `write of ${bytes} bytes`, reader: (bytes) => `read of ${bytes} bytes` };

export function frames() {
  let pipe = emptyPipe();
  return CALLS.map(([end, bytes], index) => {
    const steps = call(pipe, end, bytes);
    pipe = steps.at(-1);
    return {
      height: HEIGHT,
      title: `${index + 1}. After a ${says[end](bytes)}`,
      description: describe(pipe),
      body: draw({ ...pipe, touched: null }),
      caption: steps.map((step) => step.words).join(" "),
    };
  });
}
