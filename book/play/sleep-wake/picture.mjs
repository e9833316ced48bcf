// A timeline of the two CPUs, and below it GiB/s on one axis: the model's, and what was measured.
import { box, path, text } from "../svg.mjs";
import { predict, timeline } from "./model.mjs";

export const title = "Sleep and wake";

const [LEFT, ROOM] = [12, 396];
const [LOWEST, HIGHEST] = [0.5, 200];
const KINDS = { works: "fig-data", waits: "fig-wait", sleeps: "fig-faint", wakes: "fig-new" };

export function figure(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 1 ? value.toFixed(1) : value.toPrecision(2);
}

const place = (gibPerSecond) => LEFT + (ROOM * Math.log(Math.min(Math.max(gibPerSecond, LOWEST), HIGHEST) / LOWEST)) / Math.log(HIGHEST / LOWEST);

function lanes(pieces) {
  const whole = pieces.at(-1).to;
  const x = (time) => LEFT + (time / whole) * ROOM;
  let body = "";
  for (const [row, end] of ["writer", "reader"].entries()) {
    const y = 34 + row * 56;
    body += text(LEFT, y - 6, end === "writer" ? "Writer's CPU" : "Reader's CPU", { kind: "fig-bold" });
    for (const piece of pieces) body += box(x(piece.from), y, x(piece.to) - x(piece.from), 24, KINDS[piece[end]]);
    body += box(LEFT, y, ROOM, 24, "fig-thin");
  }
  body += text(LEFT, 134, "0 µs", { kind: "fig-small" }) + text(LEFT + ROOM, 134, `${figure(whole)} µs, four calls`, { kind: "fig-small", anchor: "end" });
  const legend = [["works", "at work", 0], ["wakes", "being woken", 86], ["sleeps", "asleep", 202], ["waits", "awake, waiting", 278]];
  for (const [kind, words, at] of legend) body += box(LEFT + at, 148, 14, 14, KINDS[kind]) + box(LEFT + at, 148, 14, 14, "fig-thin") + text(LEFT + at + 20, 160, words, { kind: "fig-small" });
  return body;
}

/** The two humps as discs, the larger the more calls, and the mean as a bar across. */
function row(y, { name, mean, humps }) {
  const said = humps.filter(({ share }) => share >= 0.005).map((hump) => `${figure(hump.gibPerSecond)} ${hump.name}`);
  let body = text(LEFT, y, `${name}: ${figure(mean)}${said.length > 0 ? ` (${said.join(", ")})` : ""}`, {});
  body += path(`M${LEFT} ${y + 16}H${LEFT + ROOM}`, "fig-faint");
  for (const hump of humps) {
    if (hump.share >= 0.005) body += `<circle class="${hump.name === "awake" ? "fig-data" : "fig-new"}" cx="${place(hump.gibPerSecond).toFixed(1)}" cy="${y + 16}" r="${(3 + 6 * Math.sqrt(hump.share)).toFixed(1)}"/>`;
  }
  return body + path(`M${place(mean).toFixed(1)} ${y + 6}v20`, "fig-line");
}

const TOP = 196;
const ROW = 44;
export const heightOf = (measured) => TOP + ROW * (measured.length + 1) + 48;

/** `measured` has rows like the model's own, and no humps where only a mean is known. */
export function draw(parameters, measured) {
  const { mean, humps } = predict(parameters);
  const rows = [{ name: "The model", mean: mean.gibPerSecond, humps }, ...measured];
  const bottom = TOP + ROW * rows.length + 6;
  const ticks = [1, 10, 100].map((tick) => path(`M${place(tick).toFixed(1)} ${bottom - 6}v6`, "fig-thin") + text(place(tick), bottom + 14, tick, { kind: "fig-small", anchor: "middle" }));
  return (
    lanes(timeline(parameters)) +
    text(LEFT, TOP - 8, "GiB/s", { kind: "fig-bold" }) +
    rows.map((each, index) => row(TOP + 14 + index * ROW, each)).join("") +
    path(`M${LEFT} ${bottom - 6}H${LEFT + ROOM}`, "fig-thin") +
    ticks.join("") +
    text(LEFT, bottom + 32, "Bar: the mean. Discs: calls awake, calls that slept.", { kind: "fig-small" })
  );
}

const ENOUGH = 0.15;

/** The picture in words; where the model starts from what was measured, how near it comes as well. */
export function describe(parameters, measured, asMeasured = true) {
  const { bytes, mean, humps } = predict(parameters);
  const calls = humps.filter(({ share }) => share >= 0.005).map((hump) => `${Math.round(hump.share * 100)} of 100 calls ${hump.name === "awake" ? "stay awake and" : "sleep and"} take ${figure(hump.microseconds)} µs`);
  const others = measured.map(({ name, mean }) => `${name}: ${figure(mean)}.`);
  const off = mean.gibPerSecond / measured[0].mean - 1;
  if (asMeasured && Math.abs(off) > ENOUGH) {
    others[0] += ` The model is further off than 15%, by ${Math.round(Math.abs(off) * 100)}%: how many calls sleep differs from run to run.`;
  }
  return `${calls.join("; ")}. With ${bytes / 1024} KiB a call, that makes ${figure(mean.gibPerSecond)} GiB/s. ${others.join(" ")}`.trim();
}
