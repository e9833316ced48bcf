// A pipe as fs/pipe.c has it in Linux 6.12: what pipe_write and pipe_read do to slots and pages.

export const PAGE = 4096;

/** An empty pipe. Head and tail only ever count up; number n is found in slot n modulo the slots. */
export function emptyPipe(slots = 4) {
  return { head: 0, tail: 0, slots: Array(slots).fill(null), spare: null, pages: 0, writer: null, reader: null };
}

export const slotOf = (pipe, number) => number % pipe.slots.length;
export const slotsInUse = (pipe) => pipe.head - pipe.tail;
export const isEmpty = (pipe) => slotsInUse(pipe) === 0;
export const isFull = (pipe) => slotsInUse(pipe) === pipe.slots.length;
export const bytesInside = (pipe) => pipe.slots.reduce((sum, slot) => sum + (slot?.length ?? 0), 0);

/**
 * What happens from a call on until nobody can go on: the pipe after each step, with words for it.
 * `end` is "writer" or "reader"; that end must not be asleep.
 */
export function call(before, end, bytes, { nonBlocking = false } = {}) {
  const pipe = structuredClone(before);
  const frames = [];
  const show = (words, slot = null) => frames.push({ ...structuredClone(pipe), words, touched: slot });
  pipe[end] = { bytes, done: 0, nonBlocking, asleep: false };
  if (end === "writer") topUp(pipe, show);
  else pipe.reader.wasFull = isFull(pipe);
  for (let next = end; next; ) next = next === "writer" ? write(pipe, show) : read(pipe, show);
  // All but the last are in the middle of the call.
  return frames.map((frame, index) => ({ ...frame, goesOn: index < frames.length - 1 }));
}

/** The odd part of a write goes behind the bytes of the last slot, if its page has room. */
function topUp(pipe, show) {
  const { writer } = pipe;
  writer.wasEmpty = isEmpty(pipe);
  const odd = writer.bytes % PAGE;
  if (odd === 0 || writer.wasEmpty) return;
  const number = slotOf(pipe, pipe.head - 1);
  const last = pipe.slots[number];
  if (last.offset + last.length + odd > PAGE) return;
  last.length += odd;
  writer.done = odd;
  show(`${odd} bytes fit behind those of slot ${number}: they go into its page, ${last.page}. No slot is used.`, number);
}

/** Goes on until the call ends or sleeps; returns who was woken by that. */
function write(pipe, show) {
  const { writer } = pipe;
  while (writer.done < writer.bytes && !isFull(pipe)) {
    const number = slotOf(pipe, pipe.head);
    const fresh = pipe.spare === null;
    const page = pipe.spare ?? `p${++pipe.pages}`;
    pipe.spare = null;
    const length = Math.min(PAGE, writer.bytes - writer.done);
    pipe.slots[number] = { page, offset: 0, length };
    pipe.head += 1;
    writer.done += length;
    const from = fresh ? `A page is allocated, ${page}` : `The spare page is taken, ${page}`;
    show(`${from}. ${length} bytes are copied into it. Slot ${number} refers to it, and head is ${pipe.head}.`, number);
  }
  const wakes = writer.wasEmpty && pipe.reader?.asleep && !isEmpty(pipe);
  if (wakes) pipe.reader.asleep = false;
  const andWakes = wakes ? " The pipe was empty before, so the reader is woken." : "";
  if (writer.done === writer.bytes || writer.nonBlocking) {
    pipe.writer = null;
    const answer = writer.done === 0 ? "fails with EAGAIN" : `returns ${writer.done}`;
    const short = writer.done === writer.bytes ? "" : `The pipe is full, and write may not sleep: a short write, of ${writer.bytes} bytes. `;
    show(`${writer.done === 0 ? "The pipe is full, and write may not sleep. " : short}write ${answer}.${andWakes}`);
  } else {
    writer.asleep = true;
    show(`The pipe is full. The writer sleeps, with ${writer.bytes - writer.done} bytes left.${andWakes}`);
  }
  if (wakes) pipe.reader.wasFull = isFull(pipe);
  return wakes ? "reader" : null;
}

/** As `write`, at the other end. */
function read(pipe, show) {
  const { reader } = pipe;
  while (reader.done < reader.bytes && !isEmpty(pipe)) {
    const number = slotOf(pipe, pipe.tail);
    const slot = pipe.slots[number];
    const length = Math.min(slot.length, reader.bytes - reader.done);
    slot.offset += length;
    slot.length -= length;
    reader.done += length;
    const copied = `${length} bytes are copied out of ${slot.page}.`;
    if (slot.length > 0) {
      show(`${copied} Slot ${number} keeps ${slot.length}, from offset ${slot.offset} on.`, number);
      continue;
    }
    const kept = pipe.spare === null;
    if (kept) pipe.spare = slot.page;
    pipe.slots[number] = null;
    pipe.tail += 1;
    const whither = kept ? "The pipe keeps the page as its spare one" : "The page goes back to the allocator";
    show(`${copied} ${whither}. Slot ${number} is free, and tail is ${pipe.tail}.`, number);
  }
  if (reader.done === 0 && !reader.nonBlocking) {
    reader.asleep = true;
    show("The pipe is empty. The reader sleeps.");
    return null;
  }
  pipe.reader = null;
  const wakes = reader.wasFull && pipe.writer?.asleep;
  const answer = reader.done === 0 ? "The pipe is empty, and read may not sleep. read fails with EAGAIN" : `read returns ${reader.done}`;
  if (!wakes) {
    show(`${answer}.`);
    return null;
  }
  if (isFull(pipe)) {
    show(`${answer}. The pipe was full before, so the writer is woken. It finds no free slot, and sleeps again.`);
    return null;
  }
  pipe.writer.asleep = false;
  show(`${answer}. The pipe was full before, so the writer is woken.`);
  pipe.writer.wasEmpty = isEmpty(pipe);
  return "writer";
}
