// A page, what of it the reader looks at, and two bars: what is claimed, and what was touched.
import { box, path, text } from "../svg.mjs";
import { PAGE, worth } from "./model.mjs";

export const HEIGHT = 276;
export const title = "Claimed and touched";

const [LEFT, ROOM] = [12, 396];

/** Three digits of a figure, as the tables of the book have them. */
export function figure(value) {
  if (value >= 100) return value.toFixed(0);
  if (value >= 1 || value === 0) return value === 0 ? "0" : value.toFixed(1);
  return value.toPrecision(2);
}

/** 16 pages, and on each the part that is looked at. */
function pages(bytesOfEachPage) {
  let body = text(LEFT, 22, "16 pages go through. Of each, the reader touches:", { kind: "fig-bold" });
  for (let index = 0; index < 16; index++) {
    const x = LEFT + index * (ROOM / 16);
    body += box(x + 1, 34, ROOM / 16 - 3, 40, "fig-ground") + box(x + 1, 34, ROOM / 16 - 3, 40, "fig-faint");
    if (bytesOfEachPage === PAGE) body += box(x + 1, 34, ROOM / 16 - 3, 40, "fig-new");
    else if (bytesOfEachPage > 0) body += path(`M${x + 1} 35h4`, "fig-new-line");
  }
  return body + text(LEFT, 94, bytesOfEachPage === PAGE ? "4096 bytes" : bytesOfEachPage === 1 ? "1 byte (drawn larger than it is)" : "nothing", {});
}

function bar(y, label, value, longest, kind) {
  const width = Math.max((value / longest) * (ROOM - 60), value > 0 ? 1.5 : 0);
  return text(LEFT, y, label, { kind: "fig-bold" }) + (width > 0 ? box(LEFT, y + 8, width, 20, kind) : "") + text(LEFT + width + 8, y + 23, figure(value), { kind: "fig-bold" });
}

/** `shown` is what one reader comes to, `longest` the longest bar of all, `alone` what a CPU reads at best. */
export function draw({ gibPerSecond, bytes }, longest, alone) {
  const shown = worth(gibPerSecond, bytes);
  const at = LEFT + (alone / longest) * (ROOM - 60);
  let body = pages(bytes) + bar(126, "Claimed, GiB/s", shown.claimed, longest, "fig-data") + bar(182, "Touched, GiB/s", shown.touched, longest, "fig-new");
  if (alone && alone <= longest) {
    body += path(`M${at.toFixed(1)} 134V214`, "fig-dashed");
    body += text(LEFT, 240, `Dashed: ${figure(alone)} GiB/s, as fast as one CPU reads`, { kind: "fig-small" });
    body += text(LEFT, 257, "every byte of a buffer in its cache.", { kind: "fig-small" });
  }
  return body;
}
