// An address cut into its parts, the tables that they choose from, and what 16 pages cost.
import { arrow, box, text } from "../svg.mjs";
import { HUGE, levels, lookUp, showAddress, take } from "./model.mjs";

export const HEIGHT = 372;
export const title = "The walk of an address";

const CHARACTER = 7.8;
const GAP = 8;
const TABLE_Y = 100;
const TABLE_HEIGHT = 128;

/** Where each part of the 48 bits stands: nine for a level, the rest for the offset. */
function parts(address, pageSize) {
  const bits = address.toString(2).padStart(48, "0");
  const { entries, offset } = take(address, pageSize);
  let [from, x] = [0, 7];
  const all = [...entries.map(({ level, index }) => ({ name: level, value: index, width: 9, of: 512 })), { name: "offset", value: offset, width: Number(pageSize === HUGE ? 21 : 12), of: Number(pageSize) }];
  return all.map((part) => {
    const placed = { ...part, bits: bits.slice(from, from + part.width), x, room: part.width * CHARACTER };
    from += part.width;
    x += placed.room + GAP;
    return placed;
  });
}

function table({ name, value, x, room, of }, next) {
  const last = name === "offset";
  const y = TABLE_Y + (value / of) * (TABLE_HEIGHT - 10);
  const label = last ? (of > 4096 ? "2 MiB page" : "page") : name;
  const middle = x + room / 2;
  const width = Math.min(room, 70);
  let body = text(middle, TABLE_Y - 8, label, { kind: "fig-bold", anchor: "middle" });
  body += box(middle - width / 2, TABLE_Y, width, TABLE_HEIGHT, last ? "fig-data" : "fig-ground") + box(middle - width / 2, TABLE_Y, width, TABLE_HEIGHT, "fig-line");
  body += box(middle - width / 2, y, width, 10, "fig-new");
  if (next) body += arrow(middle + width / 2, y + 5, next.x + next.room / 2 - Math.min(next.room, 70) / 2 - 1, TABLE_Y + 6);
  return body + text(middle, TABLE_Y + TABLE_HEIGHT + 17, last ? `byte ${value}` : `entry ${value}`, { kind: "fig-small", anchor: "middle" });
}

function leaves(pageSize, { slots, rounds, read, counted }) {
  const y = 290;
  const width = 25.4;
  let body = text(7, y - 10, pageSize === HUGE ? "16 slots, one entry for them all" : "16 slots, an entry for each", { kind: "fig-bold" });
  for (let slot = 0; slot < 16; slot++) body += box(7 + slot * width, y, width, 22, "fig-data");
  if (pageSize === HUGE) body += box(7, y + 22, 16 * width, 14, "fig-new");
  else for (let slot = 0; slot < 16; slot++) body += box(7 + slot * width, y + 22, width, 14, "fig-new");
  const times = (number, words) => `${number} ${words}${number === 1 ? "" : "s"}`;
  body += text(7, y + 56, `${times(slots, "slot")}, ${times(rounds, "round")}: ${times(read, "entry").replace("entrys", "entries")} looked up,`);
  return body + text(7, y + 73, `a reference count raised ${times(counted, "time")}.`);
}

export function draw(address, bytes, pageSize) {
  const all = parts(address, pageSize);
  return (
    text(7, 18, showAddress(address), { kind: "fig-mono fig-bold" }) +
    all.map(({ bits, x, room }) => text(x + room / 2, 46, bits, { kind: "fig-mono", anchor: "middle" })).join("") +
    all.map(({ x, room, width }) => box(x, 52, room, 3, "fig-new") + text(x + room / 2, 70, `${width} bits`, { kind: "fig-small fig-muted", anchor: "middle" })).join("") +
    all.map((part, index) => table(part, all[index + 1])).join("") +
    leaves(pageSize, lookUp(address, bytes, pageSize))
  );
}

/** The picture in words. */
export function describe(address, bytes, pageSize) {
  const { entries, offset } = take(address, pageSize);
  const walk = entries.map(({ level, index }) => `${level} entry ${index}`).join(", ");
  const { slots, rounds, read, counted } = lookUp(address, bytes, pageSize);
  return (
    `${showAddress(address)} is found in ${levels(pageSize).length} steps: ${walk}, and there byte ${offset}. ` +
    `To lend ${bytes / 1024} KiB from there on takes ${slots} slots, in ${rounds} rounds: ${read} entries looked up, and a count raised ${counted} times.`
  );
}
