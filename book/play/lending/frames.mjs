// The trap, and the way around it, where nobody can play with them.
import { start, stepReader, stepWriter } from "./model.mjs";
import { HEIGHT, describe, draw } from "./picture.mjs";

const play = (slots, steps) => steps.reduce((state, step) => (step === "w" ? stepWriter(state) : stepReader(state)), start(slots));

const FRAMES = [
  [4, "wwww", "1. A pipe of one buffer", "A is lent, and fills the pipe. B has been written; vmsplice finds no slot for it, and sleeps until pages of A are out."],
  [4, "wwwrrrrww", "2. The last page of one is out", "All of A has been read, and all of B is in. Only now does the writer write A anew: nobody refers to its pages any more."],
  [8, "wwwww", "3. The trap: a pipe of both buffers", "A and B both fit in. The writer finds nothing to wait for, and writes A anew, though nobody has read it."],
  [8, "wwwwwrrrr", "4. What the reader gets", "The pages that were put into the pipe as a's are read as c's. vmsplice returned long ago, and no call failed."],
];

export function frames() {
  return FRAMES.map(([slots, steps, title, caption]) => {
    const state = play(slots, [...steps]);
    return { height: HEIGHT, title, description: describe(state), body: draw(state), caption };
  });
}
