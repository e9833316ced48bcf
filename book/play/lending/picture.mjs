// Two buffers, the pipe whose slots refer to their pages, and what the reader got.
import { arrow, box, text } from "../svg.mjs";
import { PAGES, bufferName, isRight } from "./model.mjs";

export const HEIGHT = 322;
export const title = "Two buffers that are lent in turn";

const CELL = 44;
const SHOWN = 16;
const BUFFER_X = [12, 232];
const BUFFER_Y = 44;
const PIPE_Y = 150;

const pageX = (buffer, page) => BUFFER_X[buffer] + page * CELL;
const slotX = (state, index) => 210 - (state.slots * CELL) / 2 + index * CELL;

function buffer(state, index) {
  const next = state.round % 2 === index;
  const filled = next && state.filled;
  const label = `Buffer ${bufferName(index)}${next ? (filled ? ": being lent" : ": comes next") : ""}`;
  let body = text(pageX(index, 0), BUFFER_Y - 12, label, { kind: "fig-bold" });
  for (let page = 0; page < PAGES; page++) {
    const letter = state.buffers[index][page];
    body += box(pageX(index, page), BUFFER_Y, CELL, 30, letter ? "fig-data" : "fig-ground") + box(pageX(index, page), BUFFER_Y, CELL, 30, "fig-line");
    if (letter) body += text(pageX(index, page) + CELL / 2, BUFFER_Y + 20, letter, { kind: "fig-mono fig-bold", anchor: "middle" });
  }
  return body;
}

/** The slots from the tail on: the left one is read next. */
function pipe(state) {
  let body = "";
  state.pipe.forEach((slot, index) => {
    body += arrow(slotX(state, index) + CELL / 2, PIPE_Y, pageX(slot.buffer, slot.page) + CELL / 2, BUFFER_Y + 34, "fig-thin", "fig-tip");
  });
  for (let index = 0; index < state.slots; index++) {
    const slot = state.pipe[index];
    const found = slot && { letter: state.buffers[slot.buffer][slot.page], written: slot.written };
    const kind = !slot ? "fig-ground" : isRight(found) ? "fig-data" : "fig-new";
    body += box(slotX(state, index), PIPE_Y, CELL, 30, kind) + box(slotX(state, index), PIPE_Y, CELL, 30, "fig-line");
    if (slot) body += text(slotX(state, index) + CELL / 2, PIPE_Y + 20, found.letter, { kind: "fig-mono fig-bold", anchor: "middle" });
  }
  const free = state.slots - state.pipe.length;
  return body + text(210, PIPE_Y + 50, `The pipe: ${state.slots} slots, ${free} free. The left one is read next.`, { kind: "fig-small", anchor: "middle" });
}

function got(state) {
  const shown = state.got.slice(-SHOWN);
  let body = text(12, 240, "What the reader got", { kind: "fig-bold" });
  const width = 396 / SHOWN;
  shown.forEach((found, index) => {
    const x = 12 + index * width;
    body += box(x, 250, width, 26, isRight(found) ? "fig-data" : "fig-new") + text(x + width / 2, 268, found.letter, { kind: "fig-mono fig-bold", anchor: "middle" });
  });
  const wrong = state.got.filter((found) => !isRight(found)).length;
  const verdict = state.got.length === 0 ? "Nothing yet." : wrong === 0 ? `${state.got.length} pages, all as they were written.` : `${wrong} of ${state.got.length} pages are not what was written.`;
  return body + text(12, 300, verdict, { kind: wrong > 0 ? "fig-bold fig-new-text" : undefined });
}

export const draw = (state) => buffer(state, 0) + buffer(state, 1) + pipe(state) + got(state);

/** The picture in words. */
export function describe(state) {
  const buffers = state.buffers.map((letters, index) => `Buffer ${bufferName(index)} holds ${letters.join("") || "nothing"}.`);
  const slots = state.pipe.map((slot) => `page ${slot.page + 1} of ${bufferName(slot.buffer)}`).join(", ") || "nothing";
  const wrong = state.got.filter((found) => !isRight(found)).length;
  return `${buffers.join(" ")} The pipe has ${state.slots} slots and holds ${slots}. The reader got ${state.got.map(({ letter }) => letter).join("") || "nothing"}, ${wrong} of it wrong.`;
}
