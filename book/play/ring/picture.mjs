// The ring seen from above, and below it the page of each slot.
import { box, path, text } from "../svg.mjs";
import { PAGE, isFull, slotOf, slotsInUse } from "./model.mjs";

export const HEIGHT = 386;
export const title = "A pipe with four slots";

const [CENTER_X, CENTER_Y, OUTER, INNER] = [210, 134, 84, 44];
const COLUMN = 105;

/** A point at this part of a turn, clockwise from the top. */
function at(turn, radius) {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return [CENTER_X + radius * Math.cos(angle), CENTER_Y + radius * Math.sin(angle)];
}

const point = (turn, radius) => at(turn, radius).map((value) => value.toFixed(1)).join(" ");

const kindOf = (pipe, number) => (pipe.slots[number] === null ? "fig-ground" : pipe.touched === number ? "fig-new" : "fig-data");

function sector(pipe, number) {
  const [from, to] = [number / pipe.slots.length, (number + 1) / pipe.slots.length];
  const shape = `M${point(from, OUTER)}A${OUTER} ${OUTER} 0 0 1 ${point(to, OUTER)}L${point(to, INNER)}A${INNER} ${INNER} 0 0 0 ${point(from, INNER)}Z`;
  const [x, y] = at((from + to) / 2, (OUTER + INNER) / 2);
  return path(shape, kindOf(pipe, number)) + path(shape, "fig-line") + text(x, y + 5, number, { kind: "fig-bold", anchor: "middle" });
}

/** An end's pointer: from outside to the slot at which it stands. Head and tail can stand at one. */
function pointer(pipe, name, number) {
  const turn = (slotOf(pipe, number) + (name === "tail" ? 0.3 : 0.7)) / pipe.slots.length;
  const [x, y] = at(turn, OUTER + 40);
  const right = x > CENTER_X;
  const words = `${name} = ${number}`;
  const angle = Math.atan2(CENTER_Y - y, CENTER_X - x);
  const tip = at(turn, OUTER + 3);
  const wing = (side) => `${(tip[0] - 9 * Math.cos(angle + side)).toFixed(1)} ${(tip[1] - 9 * Math.sin(angle + side)).toFixed(1)}`;
  return (
    path(`M${point(turn, OUTER + 30)}L${point(turn, OUTER + 8)}`, "fig-line") +
    path(`M${point(turn, OUTER + 3)}L${wing(0.45)}L${wing(-0.45)}Z`, "fig-tip") +
    text(x, y + 4, words, { kind: "fig-mono fig-bold", anchor: right ? "start" : "end" })
  );
}

function page(pipe, number) {
  const [x, y, width] = [number * COLUMN + 5, 282, COLUMN - 12];
  const slot = pipe.slots[number];
  const scale = (bytes) => (bytes / PAGE) * width;
  let body = text(x, y - 8, slot ? `slot ${number}: ${slot.page}` : `slot ${number}`, { kind: "fig-bold" });
  body += box(x, y, width, 24, "fig-ground");
  if (slot) body += box(x + scale(slot.offset), y, scale(slot.length), 24, kindOf(pipe, number));
  body += box(x, y, width, 24, "fig-line");
  if (!slot) return body + text(x, y + 42, "no page", { kind: "fig-small fig-muted" });
  body += text(x, y + 42, `offset ${slot.offset}`, { kind: "fig-mono" });
  return body + text(x, y + 58, `len ${slot.length}`, { kind: "fig-mono" });
}

const endInWords = (end, name) => (end?.asleep ? `The ${name} sleeps${name === "writer" ? `: ${end.bytes - end.done} bytes left` : ""}.` : "");

export function draw(pipe) {
  const numbers = pipe.slots.map((_, number) => number);
  const state = isFull(pipe) ? "full" : slotsInUse(pipe) === 0 ? "empty" : "in use";
  const below = [pipe.spare ? `Spare page: ${pipe.spare}.` : "No spare page.", endInWords(pipe.writer, "writer"), endInWords(pipe.reader, "reader")];
  return (
    numbers.map((number) => sector(pipe, number)).join("") +
    text(CENTER_X, CENTER_Y - 2, `${slotsInUse(pipe)} of ${pipe.slots.length}`, { anchor: "middle" }) +
    text(CENTER_X, CENTER_Y + 15, state, { anchor: "middle" }) +
    pointer(pipe, "tail", pipe.tail) +
    pointer(pipe, "head", pipe.head) +
    numbers.map((number) => page(pipe, number)).join("") +
    text(5, 370, below.filter(Boolean).join(" "))
  );
}

/** The picture in words. */
export function describe(pipe) {
  const slots = pipe.slots.map((slot, number) =>
    slot ? `Slot ${number}: page ${slot.page}, offset ${slot.offset}, length ${slot.length}.` : `Slot ${number} is free.`,
  );
  const spare = pipe.spare ? `Spare page ${pipe.spare}.` : "No spare page.";
  const ends = [endInWords(pipe.writer, "writer"), endInWords(pipe.reader, "reader")].filter(Boolean).join(" ");
  return `Head ${pipe.head}, tail ${pipe.tail}. ${slots.join(" ")} ${spare} ${ends}`.trim();
}
