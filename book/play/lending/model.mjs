// A writer that lends two buffers in turn, and a reader that takes a page at a time: vmsplice and
// read of Linux 6.12. A slot holds no bytes. Who reads it gets what is on the page by then.

export const PAGES = 4;

const letter = (round) => String.fromCharCode(97 + (round % 26));

/** The kernel makes a power of two of a pipe's size (round_pipe_size in fs/pipe.c). */
export function slotsFor(pages) {
  let slots = 1;
  while (slots < pages) slots *= 2;
  return slots;
}

/** Two buffers of PAGES pages, and a pipe of this many slots. */
export function start(slots) {
  return {
    slots: slotsFor(slots),
    buffers: [Array(PAGES).fill(""), Array(PAGES).fill("")],
    pipe: [],
    round: 0,
    filled: false,
    lent: 0,
    got: [],
    asleep: null,
    words: "Nothing is written yet. Let the writer make a step.",
  };
}

export const bufferName = (index) => "AB"[index];
export const isRight = ({ letter, written }) => letter === written;

/** What the writer does next, in words for its button. */
export function nextOfWriter(state) {
  const name = bufferName(state.round % 2);
  return state.filled ? `vmsplice ${name}` : `write ${letter(state.round)} into ${name}`;
}

/** One step of the writer: it writes a whole buffer, or makes one vmsplice of what is left of it. */
export function stepWriter(before) {
  const state = structuredClone(before);
  const index = state.round % 2;
  const name = bufferName(index);
  if (!state.filled) {
    const changed = state.pipe.filter((slot) => slot.buffer === index).length;
    state.buffers[index].fill(letter(state.round));
    state.filled = true;
    state.lent = 0;
    state.asleep = null;
    state.words = `The writer writes ${letter(state.round)} into all of ${name}.`;
    if (changed > 0) {
      const [pages, them] = changed === 1 ? ["1 page", "it"] : [`${changed} pages`, "them"];
      state.words += ` But ${pages} of ${name} still stand${changed === 1 ? "s" : ""} in the pipe: whoever reads ${them} gets the new letters.`;
    }
    return state;
  }
  const taken = Math.min(state.slots - state.pipe.length, PAGES - state.lent);
  if (taken === 0) {
    state.asleep = "writer";
    state.words = `vmsplice finds no free slot, and sleeps. ${PAGES - state.lent} of the ${PAGES} pages of ${name} are not in yet.`;
    return state;
  }
  for (let page = state.lent; page < state.lent + taken; page++) {
    state.pipe.push({ buffer: index, page, written: letter(state.round) });
  }
  state.lent += taken;
  state.asleep = null;
  state.words = `vmsplice puts ${taken} of ${name}'s pages into the pipe, and returns.`;
  if (state.lent < PAGES) {
    state.words += ` ${PAGES - state.lent} are left, for another call.`;
  } else {
    state.filled = false;
    state.round += 1;
    state.words += ` All of ${name} is in: the writer turns to ${bufferName(state.round % 2)}.`;
  }
  return state;
}

/** One step of the reader: it copies the page of one slot, and the slot is free. */
export function stepReader(before) {
  const state = structuredClone(before);
  const slot = state.pipe.shift();
  if (slot === undefined) {
    state.asleep = "reader";
    state.words = "The pipe is empty. The reader sleeps.";
    return state;
  }
  const found = { letter: state.buffers[slot.buffer][slot.page], written: slot.written };
  state.got.push(found);
  state.asleep = null;
  state.words = isRight(found)
    ? `The reader copies page ${slot.page + 1} of ${bufferName(slot.buffer)}: ${found.letter}. A slot is free.`
    : `The reader copies page ${slot.page + 1} of ${bufferName(slot.buffer)}, and gets ${found.letter}. ` +
      `When it was put into the pipe, ${found.written} stood there: the byte has changed after it was "written".`;
  return state;
}
